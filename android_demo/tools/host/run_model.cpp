// Runs a .pte once on ExecuTorch's Android library, on this machine.
//
//   run_model MODEL INPUT...
//
// An input is a text's int32 values with commas between them, in the order of the model's inputs.
// Each output is a line: the lengths of its axes, a colon, its float32 values.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <executorch/extension/module/module.h>

using executorch::aten::ScalarType;
using executorch::aten::Tensor;
using executorch::aten::TensorImpl;
using executorch::extension::Module;
using executorch::runtime::Error;
using executorch::runtime::EValue;

namespace {

// One text, [1, length]. Nothing is ever freed: the process runs one model once.
EValue input(char* text) {
  auto* values = new std::vector<int32_t>;
  for (char* end = text; *end != 0; text = end + 1) {
    values->push_back(static_cast<int32_t>(strtol(text, &end, 10)));
  }
  const auto length = static_cast<TensorImpl::SizesType>(values->size());
  return Tensor(new TensorImpl(
      ScalarType::Int, 2, new TensorImpl::SizesType[2]{1, length}, values->data(),
      new TensorImpl::DimOrderType[2]{0, 1}, new TensorImpl::StridesType[2]{length, 1}));
}

void print(const Tensor& tensor) {
  for (int axis = 0; axis < tensor.dim(); ++axis) {
    printf("%d ", static_cast<int>(tensor.size(axis)));
  }
  printf(":");
  for (int at = 0; at < tensor.numel(); ++at) {
    printf(" %.9g", tensor.const_data_ptr<float>()[at]);
  }
  printf("\n");
}

int run(int count, char** arguments) {
  Module module(arguments[1], Module::LoadMode::Mmap);
  std::vector<EValue> inputs;
  for (int at = 2; at < count; ++at) inputs.push_back(input(arguments[at]));
  const auto found = module.execute("forward", inputs);
  if (!found.ok()) {
    fprintf(stderr, "ExecuTorch failed with error %d\n", static_cast<int>(found.error()));
    return 1;
  }
  for (const auto& output : found.get()) print(output.toTensor());
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const int status = count < 3 ? 2 : run(count, arguments);
  fflush(stdout);
  // Without the library's own exit functions: they flush bionic's files, which are not here.
  _Exit(status);
}
