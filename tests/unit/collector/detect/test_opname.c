#include "collector/detect/opname.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct {
	const char *interface, *operation, *step;
} names[] = {
	{ "svcctl", "CreateServiceW", "svcctl.create_service" },
	{ "svcctl", "CreateServiceA", "svcctl.create_service" },
	{ "svcctl", "CreateServiceWOW64W", "svcctl.create_service" },
	{ "svcctl", "CreateServiceWOW64A", "svcctl.create_service" },
	{ "svcctl", "OpenSCManagerW", "svcctl.open_sc_manager" },
	{ "svcctl", "QueryServiceStatusEx", "svcctl.query_service_status" },
	{ "svcctl", "EnumServicesStatusExW", "svcctl.enum_services_status" },
	{ "svcctl", "ChangeServiceConfig2W", "svcctl.change_service_config2" },
	{ "atsvc", "NetrJobAdd", "atsvc.netr_job_add" },
	{ "ITaskSchedulerService", "SchRpcRegisterTask", "itaskschedulerservice.sch_rpc_register_task" },
	{ "IWbemServices", "ExecMethod", "iwbemservices.exec_method" },
	{ "drsuapi", "DRSGetNCChanges", "drsuapi.drs_get_nc_changes" },
	{ "winreg", "BaseRegSetValue", "winreg.base_reg_set_value" },
	{ "winreg", "BaseRegSaveKeyEx", "winreg.base_reg_save_key" },
	{ "netlogon", "NetrServerAuthenticate3", "netlogon.netr_server_authenticate3" },
	{ "netlogon", "DsrGetDcNameEx2", "netlogon.dsr_get_dc_name_ex2" },
	{ "eventlog", "ElfrClearELFW", "eventlog.elfr_clear_elf" },
	{ "IDispatch", "GetIDsOfNames", "idispatch.get_ids_of_names" },
	{ "wkssvc", "NetrGetJoinableOUs", "wkssvc.netr_get_joinable_ous" },
	{ "epmapper", "ept_map", "epmapper.ept_map" },
	{ "IWbemClassObject interface", "Get", "iwbemclassobject_interface.get" },
	{ "x", "A", "x.a" },
	{ "x", "", "x." },
};

Test(opname, operations_are_spelled_in_snake_case_without_alphabet_and_word_size)
{
	char step[OPNAME_BYTES];
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		opname_step(step, names[i].interface, names[i].operation, 0);
		cr_expect_str_eq(step, names[i].step);
	}
}

Test(opname, an_operation_without_a_name_is_told_by_its_number)
{
	char step[OPNAME_BYTES];
	opname_step(step, "svcctl", NULL, 99);
	cr_assert_str_eq(step, "svcctl.opnum_99");
}

Test(opname, a_longer_name_is_cut)
{
	char interface[400], step[OPNAME_BYTES];
	memset(interface, 'i', sizeof interface);
	interface[sizeof interface - 1] = '\0';
	opname_step(step, interface, "CreateServiceW", 0);
	cr_assert_eq(strlen(step), OPNAME_BYTES - 1);
	opname_step(step, interface, NULL, 4294967295u);
	cr_assert_eq(strlen(step), OPNAME_BYTES - 1);
}
