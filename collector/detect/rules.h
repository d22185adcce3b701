/*
 * What detect/ and baseline/ share of the compiled rules; everybody else has
 * detect.h.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_RULES_H
#define ASHIATO_COLLECTOR_DETECT_RULES_H

#include "collector/detect/catalogue.h"
#include "collector/detect/hypotheses.h"
#include "collector/detect/libraries.h"
#include "collector/detect/profiles.h"

struct rules {
	struct catalogue *catalogue;
	struct profiles *profiles;
	struct libraries *libraries;
	struct hypotheses *hypotheses;
	json_t *techniques;	/* schema/techniques.json */
	json_t *names;		/* id → name */
};

#endif
