/*
 * A folder for one test, removed with all that is in it when the program ends.
 */
#ifndef ASHIATO_TESTS_LIB_SCRATCH_H
#define ASHIATO_TESTS_LIB_SCRATCH_H

/* A fresh folder; lives until the program ends. */
const char *scratch_dir(void);

/* A path of ${name} in it; valid until the second next call. */
const char *scratch_path(const char *name);

#endif
