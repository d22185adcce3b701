#include "tests/lib/scratch.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/ashiato-test-XXXXXX";
static pid_t made_by;	/* 0: not made; a child that exits must not take the folder with it */

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st, (void)flag, (void)at;
	return remove(path);
}

static void remove_all(void)
{
	if (getpid() == made_by)
		nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *scratch_dir(void)
{
	if (made_by == 0) {
		if (mkdtemp(dir) == NULL)
			abort();
		made_by = getpid();
		atexit(remove_all);
	}
	return dir;
}

const char *scratch_path(const char *name)
{
	static char paths[2][PATH_MAX];
	static int turn;
	turn ^= 1;
	snprintf(paths[turn], sizeof paths[turn], "%s/%s", scratch_dir(), name);
	return paths[turn];
}
