/* What Android's C library (bionic) has and glibc has not, as far as ExecuTorch's Android library asks
 * for it. All else that it asks for, glibc has under the same name; on x86_64 the structures that
 * cross the border (stat, dirent, mutexes, conditions, once and tm) have one layout in both. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

int __android_log_vprint(int priority, const char *tag, const char *format, va_list values) {
  fprintf(stderr, "%s: ", tag);
  vfprintf(stderr, format, values);
  return fputc('\n', stderr);
}

int __android_log_print(int priority, const char *tag, const char *format, ...) {
  va_list values;
  va_start(values, format);
  int written = __android_log_vprint(priority, tag, format, values);
  va_end(values);
  return written;
}

int __android_log_write(int priority, const char *tag, const char *text) {
  return fprintf(stderr, "%s: %s\n", tag, text);
}

void android_set_abort_message(const char *text) { fprintf(stderr, "%s\n", text); }

void __assert2(const char *file, int line, const char *function, const char *text) {
  fprintf(stderr, "%s:%d %s: %s\n", file, line, function, text);
  abort();
}

/* No property is set: "" and its length. */
int __system_property_get(const char *name, char *value) {
  value[0] = 0;
  return 0;
}

int *__errno(void) { return __errno_location(); }
char *__gnu_strerror_r(int error, char *text, size_t size) { return strerror_r(error, text, size); }

/* The checks of these are left out: the sizes are for glibc's own, which have other names. */
char *__strchr_chk(const char *text, int unit, size_t size) { return strchr(text, unit); }
char *__strrchr_chk(const char *text, int unit, size_t size) { return strrchr(text, unit); }
size_t __strlen_chk(const char *text, size_t size) { return strlen(text); }
ssize_t __write_chk(int file, const void *bytes, size_t count, size_t size) {
  return write(file, bytes, count);
}

/* Old names of stdin, stdout and stderr; nothing here writes to them. */
char __sF[3 * 512];

void __gcov_dump(void) {}
void __gcov_flush(void) {}

/* The one function whose arguments have other numbers: bits/sysconf.h of bionic. */
enum { BIONIC_PAGESIZE = 39, BIONIC_PAGE_SIZE, BIONIC_NPROCESSORS_CONF = 96, BIONIC_NPROCESSORS_ONLN };

long __sysconf(int name);

long sysconf(int name) {
  switch (name) {
    case BIONIC_PAGESIZE:
    case BIONIC_PAGE_SIZE:
      return getpagesize();
    case BIONIC_NPROCESSORS_CONF:
      return get_nprocs_conf();
    case BIONIC_NPROCESSORS_ONLN:
      return get_nprocs();
    default:
      return __sysconf(name);
  }
}
