/* Makes every fsync and fdatasync of a program take five milliseconds longer, as a disk of a cheap server does, and
 * notes when each began and ended: LD_PRELOAD this; SLOW_SYNC_LOG names the file, SLOW_SYNC_MS another time.
 * The clock is CLOCK_REALTIME in nanoseconds, the one the program under test can read without help. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int log_file = -1;
static long sleep_ms = 5;
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("SLOW_SYNC_LOG"), *ms = getenv("SLOW_SYNC_MS");
    real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    if (ms) sleep_ms = atol(ms);
    if (name) log_file = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int slowly(int (*sync_file)(int), const char *name, int file) {
    long long began = now();
    struct timespec pause = {sleep_ms / 1000, sleep_ms % 1000 * 1000000L};
    int result = sync_file(file);
    while (nanosleep(&pause, &pause) != 0) {
    }
    if (log_file >= 0) {
        char line[96];
        int length = snprintf(line, sizeof line, "%lld %lld %s %d\n", began, now(), name, result);
        if (write(log_file, line, (size_t)length) != length) abort();
    }
    return result;
}

int fsync(int file) { return slowly(real_fsync, "fsync", file); }

int fdatasync(int file) { return slowly(real_fdatasync, "fdatasync", file); }
