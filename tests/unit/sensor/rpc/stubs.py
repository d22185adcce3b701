#!/usr/bin/python3
"""Writes stubs.txt, and the same as seeds of tests/fuzz/fuzz_ndr.c: request stubs as impacket's NDR writes them, in NDR32 and NDR64, and the arguments that they carry. What
sensor/rpc reads out of them is thereby held against an implementation that is not ours. A line: interface, opnum, syntax, whether
the sensor accounts for every octet, the stub, the answer's stub or "-", the arguments (name=value, separated by tabs)."""
import csv
from pathlib import Path
from struct import iter_unpack, pack

from impacket.dcerpc.v5 import atsvc, dcomrt, drsuapi, epm, even, even6, lsad, lsat, nrpc, par, rprn, rrp, samr, scmr, srvs, tsch
from impacket.dcerpc.v5.dcom import oaut, wmi
from impacket.dcerpc.v5.dtypes import LPWSTR, NULL, RPC_SID, RPC_UNICODE_STRING, ULONG, WSTR, GUID
from impacket.dcerpc.v5.ndr import NDRCALL, NDRSTRUCT
from impacket.uuid import string_to_bin

HANDLE = b'\0' * 4 + b'\7' * 16
rows = []


def z(text):
    return text + '\0'


def row(interface, call, /, exact=True, answer=None, syntaxes=(False, True), **arguments):
    rows.append((interface, call, exact, answer, syntaxes, arguments))


def call(structure, opnum):
    return type('Call', (NDRCALL,), {'opnum': opnum, 'structure': structure})


def make(c, **fields):
    """A function that builds the call in the syntax it is given; values may be functions of the call."""
    def build(is_ndr64):
        it = c(isNDR64=is_ndr64)
        for name, value in fields.items():
            if callable(value):
                value(it, name)
            else:
                it[name] = value
        return it
    build.opnum = getattr(c, 'opnum', None)
    return build


def fill(it, **fields):
    for name, value in fields.items():
        it[name] = value


def handle(it, name):
    if isinstance(it, rrp.NDRCALL) and hasattr(it[name], 'fields'):
        fill(it[name], context_handle_attributes=0, context_handle_uuid=HANDLE[4:])
    else:
        it[name] = HANDLE


def sid(text):
    def put(it, name):
        it[name].fromCanonical(text)
    return put


def unicode_names(*names):
    def put(it, name):
        for n in names:
            item = RPC_UNICODE_STRING(isNDR64=it._isNDR64)
            item['Data'] = n
            it[name].append(item)
    return put


# ---- svcctl ----
create = dict(hSCManager=handle, lpServiceName=z('svc'), lpDisplayName=z('A service'), dwDesiredAccess=0xf01ff, dwServiceType=16,
              dwStartType=3, dwErrorControl=1, lpBinaryPathName=z('C:\\x.exe'), lpLoadOrderGroup=NULL, lpdwTagId=NULL,
              lpDependencies=NULL, dwDependSize=0, lpServiceStartName=z('LocalSystem'), lpPassword=NULL, dwPwSize=0)
row('svcctl', make(scmr.RCreateServiceW, **create), service='svc', display='A service', service_type=16, start_type=3,
    image_path='C:\\x.exe', account='LocalSystem')
row('svcctl', make(scmr.ROpenSCManagerW, lpMachineName=z('DUMMY'), lpDatabaseName=z('ServicesActive'), dwDesiredAccess=0xf003f),
    machine='DUMMY', database='ServicesActive', access=0xf003f)
row('svcctl', make(scmr.ROpenServiceW, hSCManager=handle, lpServiceName=z('svc'), dwDesiredAccess=0xf01ff), service='svc', access=0xf01ff)
row('svcctl', make(scmr.RStartServiceW, hService=handle, argc=0, argv=NULL), argc=0)
row('svcctl', make(scmr.RControlService, hService=handle, dwControl=1), control=1)
row('svcctl', make(scmr.RDeleteService, hService=handle))
row('svcctl', make(scmr.RChangeServiceConfigW, hService=handle, dwServiceType=0xffffffff, dwStartType=2, dwErrorControl=0xffffffff,
                   lpBinaryPathName=z('cmd /c evil'), lpLoadOrderGroup=NULL, lpdwTagId=NULL, lpDependencies=NULL, dwDependSize=0,
                   lpServiceStartName=NULL, lpPassword=NULL, dwPwSize=0, lpDisplayName=NULL),
    service_type=0xffffffff, start_type=2, image_path='cmd /c evil')

# ---- tasks ----
row('atsvc', make(atsvc.NetrJobAdd, ServerName=z('\\\\host'), pAtInfo=lambda it, name: fill(it[name], JobTime=47100000, DaysOfMonth=0,
                  DaysOfWeek=0, Flags=16, Command=z('c:\\run.exe'))), server='\\\\host', job_time_ms=47100000, command='c:\\run.exe')
row('ITaskSchedulerService', make(tsch.SchRpcRegisterTask, path=z('\\Name'), xml=z('<Exec><Command>cmd.exe</Command><Arguments>/C a</Arguments></Exec>'),
                  flags=6, sddl=NULL, logonType=0, cCreds=0, pCreds=NULL), False, path='\\Name', command='cmd.exe /C a', flags=6, logon_type=0,
    xml='<Exec><Command>cmd.exe</Command><Arguments>/C a</Arguments></Exec>')
row('ITaskSchedulerService', make(tsch.SchRpcRun, path=z('\\Name'), cArgs=0, pArgs=NULL, flags=0, sessionId=0, user=z('u')), path='\\Name', flags=0, user='u')
row('ITaskSchedulerService', make(tsch.SchRpcDelete, path=z('\\Name'), flags=0), path='\\Name')
row('ITaskSchedulerService', make(tsch.SchRpcGetLastRunInfo, path=z('\\Name')), path='\\Name')

# ---- winreg ----
row('winreg', make(rrp.OpenLocalMachine, ServerName=NULL, samDesired=0x2000000))
row('winreg', make(rrp.BaseRegOpenKey, hKey=handle, lpSubKey=z('SAM'), dwOptions=0, samDesired=0x2000000), key='SAM', access=0x2000000)
row('winreg', make(rrp.BaseRegSaveKey, hKey=handle, lpFile=z('x.tmp'), pSecurityAttributes=NULL), False, file='x.tmp')
row('winreg', make(rrp.BaseRegSetValue, hKey=handle, lpValueName=z('v'), dwType=1, lpData='c\0m\0d\0\0\0'.encode(), cbData=8),
    value='v', type=1, data='cmd')
row('winreg', make(rrp.BaseRegCloseKey, hKey=handle))

# ---- samr ----
row('samr', make(samr.SamrConnect, ServerName=NULL, DesiredAccess=1), access=1)
row('samr', make(samr.SamrOpenDomain, ServerHandle=handle, DesiredAccess=2, DomainId=sid('S-1-5-21-1-2-3')), access=2, domain='S-1-5-21-1-2-3')
row('samr', make(samr.SamrLookupDomainInSamServer, ServerHandle=handle, Name='LAB'), name='LAB')
row('samr', make(samr.SamrCreateUser2InDomain, DomainHandle=handle, Name='evil$', AccountType=128, DesiredAccess=5), account='evil$',
    account_type=128, access=5)
row('samr', make(samr.SamrLookupNamesInDomain, DomainHandle=handle, Count=2, Names=unicode_names('alice', 'bob')), names='alice, bob')
row('samr', make(samr.SamrOpenUser, DomainHandle=handle, DesiredAccess=1, UserId=500), access=1, account='500')
row('samr', make(samr.SamrOpenAlias, DomainHandle=handle, DesiredAccess=1, AliasId=544), access=1, group='544')
row('samr', make(samr.SamrAddMemberToAlias, AliasHandle=handle, MemberId=sid('S-1-5-21-1-2-3-1001')), member='S-1-5-21-1-2-3-1001')
row('samr', make(samr.SamrAddMemberToGroup, GroupHandle=handle, MemberId=1001, Attributes=7), member_rid=1001)
row('samr', make(samr.SamrDeleteUser, UserHandle=handle))

# ---- lsarpc ----
row('lsarpc', make(lsad.LsarOpenPolicy2, SystemName=NULL, DesiredAccess=0x2000000, ObjectAttributes=lambda it, name:
                   fill(it[name], RootDirectory=NULL, ObjectName=NULL, SecurityDescriptor=NULL, SecurityQualityOfService=NULL)), False)
row('lsarpc', make(lsat.LsarLookupNames, PolicyHandle=handle, Count=2, Names=unicode_names('alice', 'bob'), LookupLevel=1,
                   TranslatedSids=lambda it, name: fill(it[name], Sids=NULL)), False, names='alice, bob')
row('lsarpc', make(lsad.LsarAddAccountRights, PolicyHandle=handle, AccountSid=sid('S-1-5-32-545'), UserRights=lambda it, name:
                   rights(it, 'SeDebugPrivilege', 'SeTcbPrivilege')), account='S-1-5-32-545', rights='SeDebugPrivilege, SeTcbPrivilege')
row('lsarpc', make(lsad.LsarRetrievePrivateData, PolicyHandle=handle, KeyName='DPAPI_SYSTEM', EncryptedData=NULL), False, secret='DPAPI_SYSTEM')
row('lsarpc', make(lsad.LsarOpenSecret, PolicyHandle=handle, SecretName='$MACHINE.ACC', DesiredAccess=2), secret='$MACHINE.ACC', access=2)


def lookup_sids(it, name):
    for text in ('S-1-5-32-544', 'S-1-1-0'):
        item = lsat.LSAPR_SID_INFORMATION(isNDR64=it._isNDR64)
        item['Sid'].fromCanonical(text)
        it[name]['SidInfo'].append(item)
    it[name]['Entries'] = 2


row('lsarpc', make(lsat.LsarLookupSids, PolicyHandle=handle, SidEnumBuffer=lookup_sids, LookupLevel=1,
                   TranslatedNames=lambda it, name: fill(it[name], Names=NULL)), False, sids='S-1-5-32-544, S-1-1-0')

# ---- srvsvc ----


def share(it, name):
    fill(it[name]['ShareInfo2'], shi2_netname=z('x'), shi2_type=0, shi2_remark=z('r'), shi2_permissions=0, shi2_max_uses=5,
         shi2_current_uses=0, shi2_path=z('C:\\'), shi2_passwd=NULL)


row('srvsvc', make(srvs.NetrShareAdd, ServerName=z('\\\\h'), Level=2, InfoStruct=lambda it, name: (it[name].__setitem__('tag', 2),
                   share(it, name)), ParmErr=NULL), False, server='\\\\h', level=2, type=0, share='x', remark='r', path='C:\\')
row('srvsvc', make(srvs.NetrShareGetInfo, ServerName=NULL, NetName=z('C$'), Level=502), share='C$', level=502)
row('srvsvc', make(srvs.NetrSessionDel, ServerName=NULL, ClientName=z('\\\\c'), UserName=z('u')), client='\\\\c', user='u')

# ---- netlogon ----
row('netlogon', make(nrpc.NetrServerReqChallenge, PrimaryName=z('\\\\DC'), ComputerName=z('DC'), ClientChallenge=b'\0' * 8),
    server='\\\\DC', computer='DC', challenge_zero=1)
row('netlogon', make(nrpc.NetrServerAuthenticate3, PrimaryName=z('\\\\DC'), AccountName=z('DC$'), SecureChannelType=6,
                     ComputerName=z('DC'), ClientCredential=b'\0' * 7 + b'\1', NegotiateFlags=0x212fffff),
    server='\\\\DC', account='DC$', computer='DC', credential_zero=0, flags=0x212fffff)

# ---- coercion; the layouts of [MS-EFSR] 3.1.4.2, [MS-DFSNM] 3.1.4.4, [MS-FSRVP] 3.1.4 ----
UNC = '\\\\192.0.2.9\\x\\y'
row('efsrpc', make(call((('FileName', WSTR), ('Flags', ULONG)), 0), FileName=z(UNC), Flags=0), file=UNC)
row('efsrpc', make(call((('FileName', WSTR),), 4), FileName=z(UNC)), file=UNC)
row('efsrpc', make(call((('FileName', WSTR), ('Flags', ULONG)), 5), FileName=z(UNC), Flags=0), file=UNC)
row('netdfs', make(call((('ServerName', WSTR), ('RootShare', WSTR), ('Comment', WSTR), ('ApiFlags', ULONG)), 12), ServerName=z('192.0.2.9'),
                   RootShare=z('test'), Comment=z('c'), ApiFlags=1), server='192.0.2.9', share='test', comment='c')
row('netdfs', make(call((('ServerName', WSTR), ('RootShare', WSTR), ('ApiFlags', ULONG)), 13), ServerName=z('192.0.2.9'), RootShare=z('test'),
                   ApiFlags=1), server='192.0.2.9', share='test')
row('FileServerVssAgent', make(call((('ShareName', WSTR),), 8), ShareName=z(UNC)), share=UNC)
row('FileServerVssAgent', make(call((('ShareName', WSTR),), 9), ShareName=z(UNC)), share=UNC)
row('spoolss', make(rprn.RpcRemoteFindFirstPrinterChangeNotificationEx, hPrinter=handle, fdwFlags=0x100, fdwOptions=0,
                    pszLocalMachine=z('\\\\192.0.2.9'), dwPrinterLocal=0, pOptions=NULL), False, listener='\\\\192.0.2.9')
row('spoolss', make(rprn.RpcOpenPrinter, pPrinterName=z('\\\\h'), pDatatype=NULL, AccessRequired=0x20002, pDevModeContainer=lambda it, name:
                    fill(it[name], pDevMode=NULL)), False, printer='\\\\h')


def driver(it, name):
    it[name]['Level'] = 2
    it[name]['DriverInfo']['tag'] = 2
    level2 = it[name]['DriverInfo']['Level2']
    fill(level2, cVersion=3, pName=z('1234'), pEnvironment=z('Windows x64'), pDriverPath=z('C:\\d.dll'), pDataFile=z('\\\\192.0.2.9\\s\\x.dll'),
         pConfigFile=z('C:\\k.dll'))


for module, interface in ((rprn.RpcAddPrinterDriverEx, 'spoolss'), (par.RpcAsyncAddPrinterDriver, 'IRemoteWinspool')):
    row(interface, make(module, pName=z('\\\\h'), pDriverContainer=driver, dwFileCopyFlags=0x8014), False, server='\\\\h', driver='1234',
        driver_path='C:\\d.dll', data_file='\\\\192.0.2.9\\s\\x.dll', config_file='C:\\k.dll')

# ---- event logs ----
row('eventlog', make(even.ElfrOpenELW, UNCServerName=NULL, ModuleName='Security', RegModuleName='', MajorVersion=1, MinorVersion=1), log='Security')
row('eventlog', make(even.ElfrClearELFW, LogHandle=handle, BackupFileName='C:\\b.evt'), backup_file='C:\\b.evt')
row('IEventService', make(call((('Handle', even6.CONTEXT_HANDLE_LOG_HANDLE), ('Path', WSTR), ('Backup', LPWSTR), ('Flags', ULONG)), 6),
                          Handle=handle, Path=z('Security'), Backup=NULL, Flags=0), log='Security')
row('IEventService', make(even6.EvtRpcRegisterLogQuery, Path=z('Security'), Query=z('*'), Flags=0x101), log='Security', query='*')

# ---- drsuapi ----


def changes(it, name):
    it[name]['tag'] = 8
    v8 = it[name]['V8']
    v8['uuidDsaObjDest'] = b'\1' * 16
    v8['uuidInvocIdSrc'] = b'\2' * 16
    fill(v8['pNC'], SidLen=0, Sid='', Guid=b'\3' * 16, NameLen=8, StringName=z('CN=x,DC=y'[:8]))
    v8['pNC']['structLen'] = len(v8['pNC'].getData())
    fill(v8['usnvecFrom'], usnHighObjUpdate=0, usnHighPropUpdate=0)
    fill(v8, pUpToDateVecDest=NULL, ulFlags=0x30, cMaxObjects=1, cMaxBytes=0, ulExtendedOp=6, pPartialAttrSet=NULL, pPartialAttrSetEx1=NULL)
    v8['PrefixTableDest']['pPrefixEntry'] = NULL


row('drsuapi', make(drsuapi.DRSGetNCChanges, hDrs=handle, dwInVersion=8, pmsgIn=changes), False, version=8,
    destination_dsa='01010101-0101-0101-0101-010101010101', flags=0x30, extended_op=6, object='CN=x,DC=')


# ---- epmapper ----
SVCCTL = '367abb81-9844-35f1-ad32-98f038001003'


def tower(uuid, floors):
    """A tower: the interface, NDR, connection-oriented RPC, and ${floors} as (identifier, value)."""
    it = epm.EPMTower()
    interface = epm.EPMRPCInterface()
    interface['InterfaceUUID'] = string_to_bin(uuid)
    interface['MajorVersion'] = 2
    interface['MinorVersion'] = 0
    syntax = epm.EPMRPCDataRepresentation()
    syntax['DataRepUuid'] = string_to_bin('8a885d04-1ceb-11c9-9fe8-08002b104860')
    syntax['MajorVersion'] = 2
    syntax['MinorVersion'] = 0
    protocol = epm.EPMProtocolIdentifier()
    protocol['ProtIdentifier'] = 0x0b
    it['NumberOfFloors'] = 3 + len(floors)
    it['Floors'] = interface.getData() + syntax.getData() + protocol.getData() + b''.join(
        pack('<HBH', 1, identifier, len(value)) + value for identifier, value in floors)
    return it.getData()


def put_tower(it, octets):
    it['tower_length'] = len(octets)
    it['tower_octet_string'] = octets


def answer_towers(*towers):
    def build(is_ndr64):
        it = epm.ept_mapResponse(isNDR64=is_ndr64)
        it['num_towers'] = len(towers)
        for octets in towers:
            pointer = epm.twr_p_t(isNDR64=is_ndr64)
            put_tower(pointer, octets)
            it['ITowers'].append(pointer)
        it['status'] = 0
        return it
    return build


TCP = [(7, b'\xc0\x0b'), (9, b'\xc0\0\2\7')]
PIPE = [(0x0f, b'\\PIPE\\svcctl\0'), (0x11, b'\\\\H\0')]
row('epmapper', make(epm.ept_map, obj=NULL, max_towers=4, map_tower=lambda it, name: put_tower(it[name], tower(SVCCTL, TCP))),
    answer=answer_towers(tower(SVCCTL, TCP), tower(SVCCTL, PIPE)), syntaxes=(False,),
    uuid=SVCCTL, interface='svcctl', protocol='ncacn_ip_tcp', towers=2, port=49163, address='192.0.2.7')
row('epmapper', make(epm.ept_map, obj=NULL, max_towers=4, map_tower=lambda it, name: put_tower(it[name], tower(SVCCTL, PIPE))),
    answer=answer_towers(tower(SVCCTL, PIPE)), syntaxes=(False,),
    uuid=SVCCTL, interface='svcctl', protocol='ncacn_np', towers=1, endpoint='\\PIPE\\svcctl')

# ---- DCOM; impacket knows it in NDR32 only ----
ORPC = (False,)


def this(it, name):
    fill(it[name], cid=b'\5' * 16, extensions=NULL, flags=1)


def that(it, name):
    fill(it[name], flags=0, extensions=NULL)


def bindings(*addresses):
    text = b''.join(pack('<H', 7) + a.encode('utf-16le') + b'\0\0' for a in addresses) + b'\0\0'
    numbers = [n for (n,) in iter_unpack('<H', text + pack('<HH', 10, 0xffff) + b'\0\0\0\0')]

    def put(it, name):
        fill(it[name], wNumEntries=len(numbers), wSecurityOffset=len(text) // 2, aStringArray=numbers)
    return put


row('IObjectExporter', make(dcomrt.ResolveOxid2, pOxid=7, cRequestedProtseqs=1, arRequestedProtseqs=lambda it, name: it[name].append(7)),
    answer=make(dcomrt.ResolveOxid2Response, ppdsaOxidBindings=bindings('192.0.2.7[49670]', 'H[49670]'), pipidRemUnknown=b'\1' * 16,
                pAuthnHint=4, ErrorCode=0), syntaxes=ORPC, binding='192.0.2.7[49670]')
row('IActivation', make(dcomrt.RemoteActivation, ORPCthis=this, Clsid=string_to_bin('8bc3f05e-d86b-11d0-a075-00c04fb68820'), pwszObjectName=NULL,
                        pObjectStorage=NULL, ClientImpLevel=2, Mode=0, Interfaces=1, pIIDs=NULL, cRequestedProtseqs=1),
    exact=False, syntaxes=ORPC, **{'class': '8bc3f05e-d86b-11d0-a075-00c04fb68820', 'class_name': 'WbemLevel1Login'})


# ---- activation properties ([MS-DCOM] 2.2.22), in and out ----


def blob(class_id, iid, *properties):
    """An OBJREF_CUSTOM of activation properties: pairs of a property's class and its octets."""
    activation = dcomrt.ACTIVATION_BLOB()
    fill(activation['CustomHeader'], destCtx=2, pdwReserved=NULL)
    octets = b''
    for uuid, marshalled in properties:
        marshalled += b'\xfa' * (-len(marshalled) % 8)
        clsid, size = dcomrt.CLSID(), dcomrt.DWORD()
        clsid['Data'], size['Data'] = uuid, len(marshalled)
        activation['CustomHeader']['pclsid'].append(clsid)
        activation['CustomHeader']['pSizes'].append(size)
        octets += marshalled
    activation['Property'] = octets
    custom = dcomrt.OBJREF_CUSTOM()
    fill(custom, iid=iid[:-4], clsid=class_id, pObjectData=activation.getData())
    custom['ObjectReferenceSize'] = len(custom['pObjectData']) + 8
    return custom.getData()


def marshalled(it):
    return it.getData() + it.getDataReferents()


def interface_pointer(octets):
    def put(it, name):
        fill(it[name], ulCntData=len(octets), abData=list(octets))
    return put


def activation_in(class_id):
    info = dcomrt.InstantiationInfoData()
    iid = dcomrt.IID()
    iid['Data'] = b'\2' * 16
    fill(info, classId=class_id, cIID=1)
    info['pIID'].append(iid)
    context = dcomrt.ActivationContextInfoData()
    fill(context, pIFDClientCtx=NULL, pIFDPrototypeCtx=NULL)
    return blob(dcomrt.CLSID_ActivationPropertiesIn, dcomrt.IID_IActivationPropertiesIn,
                (dcomrt.CLSID_ActivationContextInfo, marshalled(context)), (dcomrt.CLSID_InstantiationInfo, marshalled(info)))


def activation_out(address, iid, ipid):
    reply = dcomrt.ScmReplyInfoData()
    reply['pdwReserved'] = NULL
    fill(reply['remoteReply'], Oxid=7, ipidRemUnknown=b'\3' * 16, authnHint=4)
    bindings(address)(reply['remoteReply'], 'pdsaOxidBindings')
    standard = dcomrt.OBJREF_STANDARD()
    standard['iid'] = iid
    fill(standard['std'], flags=0, cPublicRefs=1, oxid=7, oid=8, ipid=ipid)
    standard['saResAddr'] = b'\0' * 8
    out = dcomrt.PropsOutInfo()
    fill(out, cIfs=1)
    uuid, result, pointer = dcomrt.IID(), dcomrt.HRESULT(), dcomrt.PMInterfacePointer()
    uuid['Data'], result['Data'] = iid, 0
    fill(pointer, ulCntData=len(standard.getData()), abData=list(standard.getData()))
    out['piid'].append(uuid)
    out['phresults'].append(result)
    out['ppIntfData'].append(pointer)
    return blob(dcomrt.CLSID_ActivationPropertiesOut, dcomrt.IID_IActivationPropertiesOut,
                (dcomrt.CLSID_ScmReplyInfo, marshalled(reply)), (dcomrt.CLSID_PropsOutInfo, marshalled(out)))


WBEM_LOGIN = '8bc3f05e-d86b-11d0-a075-00c04fb68820'
row('IRemoteSCMActivator', make(dcomrt.RemoteCreateInstance, ORPCthis=this, pUnkOuter=NULL,
                                pActProperties=interface_pointer(activation_in(string_to_bin(WBEM_LOGIN)))),
    answer=make(dcomrt.RemoteCreateInstanceResponse, ORPCthat=that, ErrorCode=0, ppActProperties=interface_pointer(
        activation_out('192.0.2.7[49670]', string_to_bin('f309ad18-d86a-11d0-a075-00c04fb68820'), b'\4' * 16))),
    syntaxes=ORPC, binding='192.0.2.7[49670]', **{'class': WBEM_LOGIN, 'class_name': 'WbemLevel1Login'})


def bstr(text):
    def put(it, name):
        it[name]['asData'] = text
    return put


row('IDispatch', make(oaut.IDispatch_GetIDsOfNames, ORPCthis=this, riid=b'\0' * 16, cNames=1, lcid=0,
                      rgszNames=lambda it, name: it[name].append(olestr('ExecuteShellCommand'))),
    answer=make(oaut.IDispatch_GetIDsOfNamesResponse, ORPCthat=that, rgDispId=lambda it, name: it[name].append(54), ErrorCode=0),
    syntaxes=ORPC, member='ExecuteShellCommand', id=54)
row('IWbemServices', make(wmi.IWbemServices_ExecQuery, ORPCthis=this, strQueryLanguage=bstr(z('WQL')), strQuery=bstr(z('SELECT * FROM a')),
                          lFlags=0x30, pCtx=NULL), exact=False, syntaxes=ORPC, query='SELECT * FROM a')
row('IWbemLevel1Login', make(wmi.IWbemLevel1Login_NTLMLogin, ORPCthis=this, wszNetworkResource=z('//./root/cimv2'), wszPreferredLocale=NULL,
                             lFlags=0, pCtx=NULL), exact=False, syntaxes=ORPC, namespace='//./root/cimv2')


def variant(text):
    it = oaut.VARIANT()
    fill(it, clSize=5, vt=8)
    it['_varUnion']['tag'] = 8
    it['_varUnion']['bstrVal']['asData'] = text
    return it


def parameters(it, name):
    for text in reversed(('cmd.exe', 'C:\\', '/c whoami', '7')):
        it[name]['rgvarg'].append(variant(text))
    fill(it[name], rgdispidNamedArgs=NULL, cArgs=4, cNamedArgs=0)


row('IDispatch', make(oaut.IDispatch_Invoke, ORPCthis=this, dispIdMember=54, riid=b'\0' * 16, lcid=0x409, dwFlags=1, pDispParams=parameters,
                      cVarRef=0), exact=False, syntaxes=ORPC, id=54, flags=1, arguments='cmd.exe C:\\ /c whoami 7')

# ---- a WMI object ([MS-WMIO] 2.2.1), packed by hand and read back by impacket ----


def encoded(text):
    return b'\0' + text.encode() + b'\0'


def heap(octets):
    return pack('<L', len(octets) | 0x80000000) + octets


def instance(class_name, **values):
    """An instance whose properties are all strings."""
    names, properties, lookups = encoded(class_name), sorted(values), []
    for i, name in enumerate(properties):
        reference = len(names)
        names += encoded(name)
        lookups.append(pack('<LL', reference, len(names)))
        names += pack('<LHLL', 8, values_order(values, name), 4 * values_order(values, name), 0) + pack('<L', 4)
    n_table = (len(properties) + 3) // 4 + 4 * len(properties)
    body = pack('<BLL', 0, 0, n_table) + pack('<L', 4) + pack('<L', 4) + pack('<L', len(properties)) + b''.join(lookups) + \
        b'\xff' * n_table + heap(names)
    part = pack('<L', len(body) + 4) + body
    own, references = encoded(class_name), []
    for name in values:
        references.append(pack('<L', len(own)))
        own += encoded(values[name])
    tail = pack('<BL', 0, 0) + b'\0' * ((len(properties) + 3) // 4) + b''.join(references) + pack('<L', 4) + b'\1' + heap(own)
    block = b'\2' + part + pack('<L', len(tail) + 4) + tail
    check = wmi.OBJECT_BLOCK(block)
    check.parseObject()
    read = {k: v['value'] for k, v in check.ctCurrent['values'].items()}
    assert {k: v.decode() if isinstance(v, bytes) else v for k, v in read.items()} == values, read
    return pack('<LL', 0x12345678, len(block)) + block


def values_order(values, name):
    return list(values).index(name)


def objref(octets):
    def put(it, name):
        custom = dcomrt.OBJREF_CUSTOM()
        fill(custom, iid=b'\6' * 16, clsid=wmi.CLSID_WbemClassObject, cbExtension=0, ObjectReferenceSize=len(octets), pObjectData=octets)
        fill(it[name], ulCntData=len(custom.getData()), abData=list(custom.getData()))
    return put


row('IWbemServices', make(wmi.IWbemServices_ExecMethod, ORPCthis=this, strObjectPath=bstr(z('Win32_Process')), strMethodName=bstr(z('Create')),
                          lFlags=0, pCtx=NULL, ppOutParams=NULL, ppCallResult=NULL,
                          pInParams=objref(instance('__PARAMETERS', CommandLine='cmd.exe /Q /c whoami', CurrentDirectory='C:\\'))),
    exact=False, syntaxes=ORPC, object='Win32_Process', method='Create', command='cmd.exe /Q /c whoami')
row('IWbemServices', make(wmi.IWbemServices_PutInstance, ORPCthis=this, lFlags=0, pCtx=NULL, ppCallResult=NULL,
                          pInst=objref(instance('CommandLineEventConsumer', Name='x', CommandLineTemplate='calc'))),
    exact=False, syntaxes=ORPC, **{'class': 'CommandLineEventConsumer'})


def olestr(text):
    it = oaut.LPOLESTR()
    it['Data'] = z(text)
    return it


def rights(it, *names):
    it['UserRights']['EntriesRead'] = len(names)
    unicode_names(*names)(it['UserRights'], 'UserRights')


def seed(uuid, opnum, is_ndr64, answer, stub):
    """What fuzz_ndr takes: the UUID's first four bytes, the operation, flags (bit 7: NDR64, below it the length of the answer in units
    of 16), the answer, the stub."""
    return bytes.fromhex(uuid[:8]) + bytes([opnum, (0x80 if is_ndr64 else 0) | len(answer) // 16]) + answer + stub


def octets_of(it):
    return it.getData() + (it.getDataReferents() if isinstance(it, NDRSTRUCT) else b'')


def main():
    root = Path(__file__).resolve().parents[4]
    with open(root / 'schema/rpc-operations.csv', newline='') as f:
        uuids = {r['interface']: r['uuid'] for r in csv.DictReader(f)}
    out = []
    for interface, build, exact, answer, syntaxes, arguments in rows:
        for is_ndr64 in syntaxes:
            stub = octets_of(build(is_ndr64))
            answered = octets_of(answer(is_ndr64)) if answer else b''
            syntax = '64' if is_ndr64 else '32'
            out.append('\t'.join([interface, str(build.opnum), syntax, 'exact' if exact else 'begin', stub.hex(), answered.hex() or '-'] +
                                 ['%s=%s' % pair for pair in arguments.items()]))
            answered += bytes(-len(answered) % 16)
            name = '%s-%d-%s' % (interface.lower(), build.opnum, syntax)
            (root / 'tests/fuzz/corpus/ndr' / name).write_bytes(seed(uuids[interface], build.opnum, is_ndr64, answered, stub))
    Path(__file__).with_name('stubs.txt').write_text('\n'.join(out) + '\n')


main()
