// What App/ uses of TensorFlow Lite's C interface (tensorflow/lite/core/c/c_api.h), for the type
// checker alone.
public func TfLiteVersion() -> UnsafePointer<CChar>! { fatalError() }
