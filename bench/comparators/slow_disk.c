/*
 * A slower disk: each time something is made durable, wait so much longer. Nothing becomes less durable by it.
 *
 *     cc -shared -fPIC -o slow_disk.so bench/comparators/slow_disk.c
 *     LD_PRELOAD=$PWD/slow_disk.so SYNC_TAKES_MICROSECONDS=600 \
 *         .venv/bin/python -m bench --only embedded ours floor socketio saturation latency
 *
 * Whether a room is as quick as its floor, or twice as quick as one that commits each mark alone, depends on how long
 * the disk takes. This tells, on a machine with a quick one, what would be read on a machine with a slow one.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int slower(const char *name, int file)
{
    int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int result = sync(file);
    const char *given = getenv("SYNC_TAKES_MICROSECONDS");
    long microseconds = given ? atol(given) : 0;
    struct timespec moment = {microseconds / 1000000, microseconds % 1000000 * 1000};
    nanosleep(&moment, NULL);
    return result;
}

int fsync(int file)
{
    return slower("fsync", file);
}

int fdatasync(int file)
{
    return slower("fdatasync", file);
}
