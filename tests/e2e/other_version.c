/* Loaded before the other libraries (LD_PRELOAD): XGBoost says that it is a later patch of its version. */
#define _GNU_SOURCE
#include <dlfcn.h>

void XGBoostVersion(int* major, int* minor, int* patch) {
  void (*real)(int*, int*, int*) = 0;
  *(void**)&real = dlsym(RTLD_NEXT, "XGBoostVersion");
  real(major, minor, patch);
  *patch += 100;
}
