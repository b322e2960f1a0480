/* Loaded before the C library (LD_PRELOAD): kills the process at its N-th step that changes a disk.
 *
 * DIAMOND_KILL_AT_STEP=N: SIGKILL just before step N, counted from 1 over all threads. A step is a call of write, fsync, rename, mkdir,
 * unlink, unlinkat, rmdir, ftruncate, or of open with O_CREAT. DIAMOND_STEPS_FILE: where the number of steps goes when the process ends by itself. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long steps;

static void step(void) {
  const char* at = getenv("DIAMOND_KILL_AT_STEP");
  if (atomic_fetch_add(&steps, 1) + 1 == (at ? atol(at) : -1)) kill(getpid(), SIGKILL);
}

__attribute__((destructor)) static void tell(void) {
  const char* path = getenv("DIAMOND_STEPS_FILE");
  FILE* file = path ? fopen(path, "w") : NULL;
  if (file) {
    fprintf(file, "%ld\n", atomic_load(&steps));
    fclose(file);
  }
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void* bytes, size_t count) {
  if (fd > 2) step();
  return NEXT(write)(fd, bytes, count);
}
int fsync(int fd) {
  step();
  return NEXT(fsync)(fd);
}
int rename(const char* from, const char* to) {
  step();
  return NEXT(rename)(from, to);
}
int mkdir(const char* path, mode_t mode) {
  step();
  return NEXT(mkdir)(path, mode);
}
int unlink(const char* path) {
  step();
  return NEXT(unlink)(path);
}
int unlinkat(int directory, const char* path, int flags) {
  step();
  return NEXT(unlinkat)(directory, path, flags);
}
int rmdir(const char* path) {
  step();
  return NEXT(rmdir)(path);
}
int ftruncate(int fd, off_t length) {
  step();
  return NEXT(ftruncate)(fd, length);
}
int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  if (flags & O_CREAT) step();
  return NEXT(open)(path, flags, mode);
}
