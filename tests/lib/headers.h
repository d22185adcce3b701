/*
 * The headers of one frame read twice: at once (core/plain.h) and layer by
 * layer. The first may decline, but never say something else.
 */
#ifndef ASHIATO_TESTS_HEADERS_H
#define ASHIATO_TESTS_HEADERS_H

#include "sensor/core/view.h"

enum headers_result {
	HEADERS_DECLINED,	/* by plain_parse */
	HEADERS_AGREE,
	HEADERS_DIFFER,		/* what plain_parse says is not what the parsers of the layers say */
};

enum headers_result headers_compare(int link_type, struct view frame);

#endif
