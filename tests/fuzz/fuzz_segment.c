#include "sensor/segment.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Whatever lies in a segment's file: records are read in order, each one whole, and reading ends. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct segment_reader r = { .fd = memfd_create("segment", 0), .epoch = 7 };
	struct segment_record record;
	if (write(r.fd, data, n) != (ssize_t)n)
		abort();
	while (segment_read(&r, &record) == SEGMENT_RECORD) {
		assert(record.last_seq >= record.first_seq);
		segment_record_free(&record);
	}
	assert(r.at <= (off_t)n);
	segment_reader_fini(&r);
	return 0;
}
