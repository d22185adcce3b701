#include "sensor/smb/dos_error.h"

#include <stddef.h>

struct row {
	uint32_t error;
	uint32_t status;
};

#define ERRDOS(code) ((uint32_t)(code) << 16 | 0x01)
#define ERRSRV(code) ((uint32_t)(code) << 16 | 0x02)

/* [MS-CIFS] 2.2.2.4. Where several NTSTATUS values share a code, the plainest. */
/* clang-format off */
static const struct row rows[] = {
	{ ERRDOS(0x0001), 0xC0000002 },	/* ERRbadfunc       STATUS_NOT_IMPLEMENTED */
	{ ERRDOS(0x0002), 0xC000000F },	/* ERRbadfile       STATUS_NO_SUCH_FILE */
	{ ERRDOS(0x0003), 0xC000003A },	/* ERRbadpath       STATUS_OBJECT_PATH_NOT_FOUND */
	{ ERRDOS(0x0004), 0xC000011F },	/* ERRnofids        STATUS_TOO_MANY_OPENED_FILES */
	{ ERRDOS(0x0005), 0xC0000022 },	/* ERRnoaccess      STATUS_ACCESS_DENIED */
	{ ERRDOS(0x0006), 0xC0000008 },	/* ERRbadfid        STATUS_INVALID_HANDLE */
	{ ERRDOS(0x0008), 0xC0000205 },	/* ERRnomem         STATUS_INSUFF_SERVER_RESOURCES */
	{ ERRDOS(0x000D), 0xC000009C },	/* ERRbaddata       STATUS_DATA_ERROR */
	{ ERRDOS(0x0010), 0xC0000101 },	/* ERRremcd         STATUS_DIRECTORY_NOT_EMPTY */
	{ ERRDOS(0x0011), 0xC00000D4 },	/* ERRdiffdevice    STATUS_NOT_SAME_DEVICE */
	{ ERRDOS(0x0012), 0x80000006 },	/* ERRnofiles       STATUS_NO_MORE_FILES */
	{ ERRDOS(0x001F), 0xC0000001 },	/* ERRgeneral       STATUS_UNSUCCESSFUL */
	{ ERRDOS(0x0020), 0xC0000043 },	/* ERRbadshare      STATUS_SHARING_VIOLATION */
	{ ERRDOS(0x0021), 0xC0000054 },	/* ERRlock          STATUS_FILE_LOCK_CONFLICT */
	{ ERRDOS(0x0026), 0xC0000011 },	/* ERReof           STATUS_END_OF_FILE */
	{ ERRDOS(0x0032), 0xC00000BB },	/* ERRunsup         STATUS_NOT_SUPPORTED */
	{ ERRDOS(0x0050), 0xC0000035 },	/* ERRfilexists     STATUS_OBJECT_NAME_COLLISION */
	{ ERRDOS(0x0057), 0xC000000D },	/* ERRinvalidparam  STATUS_INVALID_PARAMETER */
	{ ERRDOS(0x006D), 0xC000014B },	/* ERRbrokenpipe    STATUS_PIPE_BROKEN */
	{ ERRDOS(0x007A), 0xC0000023 },	/* ERRinsufficientbuffer STATUS_BUFFER_TOO_SMALL */
	{ ERRDOS(0x007B), 0xC0000033 },	/* ERRinvalidname   STATUS_OBJECT_NAME_INVALID */
	{ ERRDOS(0x00B7), 0xC0000035 },	/* ERRalreadyexists STATUS_OBJECT_NAME_COLLISION */
	{ ERRDOS(0x00E6), 0xC00000AD },	/* ERRbadpipe       STATUS_INVALID_PIPE_STATE */
	{ ERRDOS(0x00E7), 0xC00000AE },	/* ERRpipebusy      STATUS_PIPE_BUSY */
	{ ERRDOS(0x00E8), 0xC00000B1 },	/* ERRpipeclosing   STATUS_PIPE_CLOSING */
	{ ERRDOS(0x00E9), 0xC00000B0 },	/* ERRnotconnected  STATUS_PIPE_DISCONNECTED */
	{ ERRDOS(0x00EA), 0x80000005 },	/* ERRmoredata      STATUS_BUFFER_OVERFLOW */
	{ ERRSRV(0x0002), 0xC000006D },	/* ERRbadpw         STATUS_LOGON_FAILURE */
	{ ERRSRV(0x0003), 0xC000019C },	/* ERRbadpath       STATUS_PATH_NOT_COVERED */
	{ ERRSRV(0x0004), 0xC00000CA },	/* ERRaccess        STATUS_NETWORK_ACCESS_DENIED */
	{ ERRSRV(0x0006), 0xC00000CC },	/* ERRinvnetname    STATUS_BAD_NETWORK_NAME */
	{ ERRSRV(0x0007), 0xC00000CB },	/* ERRinvdevice     STATUS_BAD_DEVICE_TYPE */
	{ ERRSRV(0x0059), 0xC00000CE },	/* ERRnoresource    STATUS_REQUEST_NOT_ACCEPTED */
	{ ERRSRV(0x08BF), 0xC0000193 },	/* ERRaccountexpired  STATUS_ACCOUNT_EXPIRED */
	{ ERRSRV(0x08C0), 0xC0000070 },	/* ERRbadClient     STATUS_INVALID_WORKSTATION */
	{ ERRSRV(0x08C1), 0xC000006F },	/* ERRbadLogonTime  STATUS_INVALID_LOGON_HOURS */
	{ ERRSRV(0x08C2), 0xC0000071 },	/* ERRpasswordExpired STATUS_PASSWORD_EXPIRED */
};
/* clang-format on */

uint32_t dos_error_status(uint32_t error)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].error == (error & 0xFFFF00FF))
			return rows[i].status;
	return error;
}
