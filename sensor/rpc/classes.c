#include "sensor/rpc/classes.h"

/* What the process of WMI offers ([MS-WMI] 3.1.4, [MS-DCOM] 3.1.1.5.6): objects of other interfaces never live on its port. */
static const struct uuid wbem_interfaces[] = {
	UUID(0x00000131, 0x0000, 0x0000, 0xc000, 0x000000000046),	/* IRemUnknown */
	UUID(0x00000143, 0x0000, 0x0000, 0xc000, 0x000000000046),	/* IRemUnknown2 */
	UUID(0x027947e1, 0xd731, 0x11ce, 0xa357, 0x000000000001),	/* IEnumWbemClassObject */
	UUID(0x1c1c45ee, 0x4395, 0x11d2, 0xb60b, 0x00104b703efd),	/* IWbemFetchSmartEnum */
	UUID(0x423ec01e, 0x2e35, 0x11d2, 0xb604, 0x00104b703efd),	/* IWbemWCOSmartEnum */
	UUID(0x9556dc99, 0x828c, 0x11cf, 0xa37e, 0x00aa003240c7),	/* IWbemServices */
	UUID(0xd4781cd6, 0xe5d3, 0x44df, 0xad94, 0x930efe48a887),	/* IWbemLoginClientID */
	UUID(0xf309ad18, 0xd86a, 0x11d0, 0xa075, 0x00c04fb68820),	/* IWbemLevel1Login */
	UUID(0, 0, 0, 0, 0),
};
static const struct uuid no_interfaces[] = { UUID(0, 0, 0, 0, 0) };

static const struct class classes[] = {
#define CLASS(uuid, name, interfaces) { uuid, name, interfaces },
#include "sensor/rpc/classes.def"
#undef CLASS
};

enum { N_CLASSES = sizeof(classes) / sizeof(classes[0]) };

const struct class *classes_find(const struct uuid *class)
{
	for (size_t i = 0; i < N_CLASSES; i++)
		if (uuid_equals(&classes[i].uuid, class))
			return &classes[i];
	return NULL;
}

bool classes_offer(const struct class *class, size_t i, const struct uuid **interface)
{
	static const struct uuid end = UUID(0, 0, 0, 0, 0);

	*interface = &class->interfaces[i];
	return !uuid_equals(*interface, &end);
}

const struct class *classes_all(size_t *n)
{
	*n = N_CLASSES;
	return classes;
}
