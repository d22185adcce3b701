#include "sensor/rpc/classes.h"

static const struct class {
	struct uuid uuid;
	const char *name;
} classes[] = {
#define CLASS(uuid, name) { uuid, name },
#include "sensor/rpc/classes.def"
#undef CLASS
};

const char *classes_name(const struct uuid *class)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (uuid_equals(&classes[i].uuid, class))
			return classes[i].name;
	return NULL;
}
