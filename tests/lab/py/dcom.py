"""As much of DCOM ([MS-DCOM]) as a process is created with: an object is activated at TCP 135; on another port answer a WMI login and a
namespace ([MS-WMI]) with the one class Win32_Process and its method Create, or MMC20.Application's objects ([MS-OAUT]). Executes
nothing: what the command would have printed into a file of ADMIN$ appears there."""
import os
import re
import struct

from impacket.dcerpc.v5 import dcomrt
from impacket.dcerpc.v5.dcom import oaut, wmi
from impacket.dcerpc.v5.dtypes import DWORD, GUID, NULL
from impacket.uuid import string_to_bin

import wmio
from rpc_pipe import Interface
from svcctl import output_of

WBEM_E_NOT_FOUND, REGDB_E_CLASSNOTREG = 0x80041002, 0x80040154
TCP_TOWER, NTLM_SERVICE, NO_AUTHORIZATION = 7, 10, 0xffff
SEALED = 6
ACTIVATION_PORT, OBJECTS_PORT = 135, 49200
OTHER_MACHINE = 2                                   # the destination context of what is marshalled


OUTPUT_FILE = re.compile(r'\\\\127\.0\.0\.1\\ADMIN\$\\(\S+)')

# Win32_Process as far as its method Create goes.
CREATE = ('Create', [('CommandLine', wmio.STRING), ('CurrentDirectory', wmio.STRING), ('ProcessStartupInformation', wmio.OBJECT)],
          [('ProcessId', wmio.UINT32), ('ReturnValue', wmio.UINT32)])
PROCESS_ID = 4711


# What can be activated, and as what.
CLASSES = {
    wmi.CLSID_WbemLevel1Login: ('WbemLevel1Login', wmi.IID_IWbemLevel1Login),
    string_to_bin('49B2791A-B1AE-4C90-9B8E-E860BA07F889'): ('MMC20.Application', oaut.IID_IDispatch),
}
# The members by which MMC20.Application leads to a command: of the application, its document, and that one's view.
MEMBERS = ('Document', 'ActiveView', 'ExecuteShellCommand', 'Quit')


class Exporter:
    """The objects of this server: all behind one port, each with an interface pointer id of its own."""

    def __init__(self, address, port, admin_folder, log):
        self._binding, self._admin, self.log = '%s[%d]' % (address, port), admin_folder, log
        self._oxid, self.remote_unknown = os.urandom(8), os.urandom(16)

    def bindings(self):
        """[MS-DCOM] 2.2.19.1 DUALSTRINGARRAY as (words, where security begins)."""
        places = struct.pack('<H', TCP_TOWER) + self._binding.encode('utf-16le') + bytes(4)
        security = struct.pack('<HH', NTLM_SERVICE, NO_AUTHORIZATION) + bytes(4)
        words = struct.unpack('<%dH' % (len(places + security) // 2), places + security)
        return words, len(places) // 2

    def reference(self, iid):
        """[MS-DCOM] 2.2.18.4 OBJREF_STANDARD to a new object."""
        words, security = self.bindings()
        standard = struct.pack('<II', 0, 5) + self._oxid + os.urandom(8) + os.urandom(16)
        array = struct.pack('<HH%dH' % len(words), len(words), security, *words)
        return struct.pack('<4sI', b'MEOW', dcomrt.FLAGS_OBJREF_STANDARD) + iid[:16] + standard + array

    def run(self, command):
        """What it prints, at the place it names."""
        output = OUTPUT_FILE.search(command)
        if not output:
            return {}
        printed = '' if 'cd \\ ' in command else output_of(command)
        with open(os.path.join(self._admin, output[1]), 'w', newline='') as f:
            f.write(printed)
        return {'output': output[1]}

    def oxid(self):
        return struct.unpack('<Q', self._oxid)[0]


def fill_pointer(pointer, data):
    pointer['ulCntData'], pointer['abData'] = len(data), list(data)


def marshalled(structure):
    data = structure.getData() + structure.getDataReferents()
    return data + bytes(-len(data) % 8)


# ---- activation: [MS-DCOM] 3.1.2.5.2.3.4 ----

def create_instance(exporter, request, answer):
    asked = b''.join(request['pActProperties']['abData'])
    name, iid = next((row for clsid, row in CLASSES.items() if clsid in asked), (None, None))
    answer['ORPCthat']['extensions'] = NULL
    if iid is None:
        answer['ppActProperties'] = NULL
        return REGDB_E_CLASSNOTREG, {}
    fill_pointer(answer['ppActProperties'], activation_properties(exporter, iid))
    return 0, {'class': name}


def activation_properties(exporter, iid):
    """2.2.22: a custom object reference around a header and, behind it, the properties it counts."""
    parts = [(dcomrt.CLSID_PropsOutInfo, marshalled(properties_out(exporter, iid))),
             (dcomrt.CLSID_ScmReplyInfo, marshalled(reply_info(exporter)))]
    blob = dcomrt.ACTIVATION_BLOB()
    header = blob['CustomHeader']
    header['destCtx'], header['pdwReserved'] = OTHER_MACHINE, NULL
    for clsid, data in parts:
        header['pclsid'].append(with_data(dcomrt.CLSID(), clsid))
        header['pSizes'].append(with_data(DWORD(), len(data)))
    blob['Property'] = b''.join(data for _, data in parts)
    custom = dcomrt.OBJREF_CUSTOM()
    custom['iid'], custom['clsid'] = dcomrt.IID_IActivationPropertiesOut[:16], dcomrt.CLSID_ActivationPropertiesOut
    custom['pObjectData'] = blob.getData()
    custom['ObjectReferenceSize'] = len(custom['pObjectData']) + 8
    return custom.getData()


def with_data(field, data):
    field['Data'] = data
    return field


def properties_out(exporter, iid):
    info = dcomrt.PropsOutInfo()
    info['cIfs'] = 1
    info['piid'].append(with_data(GUID(), iid[:16]))
    info['phresults'].append(with_data(DWORD(), 0))
    pointer = dcomrt.PMInterfacePointer()
    fill_pointer(pointer, exporter.reference(iid))
    info['ppIntfData'].append(pointer)
    return info


def reply_info(exporter):
    info = dcomrt.ScmReplyInfoData()
    reply = info['remoteReply']
    words, security = exporter.bindings()
    reply['Oxid'], reply['ipidRemUnknown'], reply['authnHint'] = exporter.oxid(), exporter.remote_unknown, SEALED
    bindings = reply['pdsaOxidBindings']
    bindings['wNumEntries'], bindings['wSecurityOffset'], bindings['aStringArray'] = len(words), security, list(words)
    return info


# ---- the objects: [MS-WMI] 3.1.4.1.4, 3.1.4.3.4, [MS-DCOM] 3.1.1.5.6.1.3 ----

def ntlm_login(exporter, request, answer):
    fill_pointer(answer['ppNamespace'], exporter.reference(wmi.IID_IWbemServices))
    answer['ORPCthat']['extensions'] = NULL
    return 0, {'namespace': request['wszNetworkResource'].rstrip('\0')}


def release(_exporter, _request, answer):
    answer['ORPCthat']['extensions'] = NULL
    return 0, {}


def get_object(_exporter, request, answer):
    name = request['strObjectPath']['asData']
    answer['ORPCthat']['extensions'] = answer['ppCallResult'] = NULL
    if name != 'Win32_Process':
        answer['ppObject'] = NULL
        return WBEM_E_NOT_FOUND, {'class': name}
    fill_pointer(answer['ppObject'], class_object(wmio.class_block(name, [], [CREATE])))
    return 0, {'class': name}


def exec_method(exporter, request, answer):
    command = command_line(b''.join(request['pInParams']['abData']))
    answer['ORPCthat']['extensions'] = answer['ppCallResult'] = NULL
    fill_pointer(answer['ppOutParams'], class_object(wmio.instance_block('__PARAMETERS', CREATE[2], [PROCESS_ID, 0])))
    return 0, {'method': request['strMethodName']['asData'].rstrip('\0'), 'command': command, **exporter.run(command)}


def command_line(marshalled_parameters):
    block = wmi.ENCODING_UNIT(dcomrt.OBJREF_CUSTOM(marshalled_parameters)['pObjectData'])['ObjectBlock']
    block.parseObject()
    return block.ctCurrent['values']['CommandLine']['value']


def class_object(block):
    """[MS-WMI] 2.2.14: a custom object reference around the encoding."""
    custom = dcomrt.OBJREF_CUSTOM()
    custom['iid'], custom['clsid'], custom['cbExtension'] = wmi.IID_IWbemClassObject[:16], wmi.CLSID_WbemClassObject, 0
    custom['pObjectData'] = wmio.unit(block)
    custom['ObjectReferenceSize'] = len(custom['pObjectData']) + 8
    return custom.getData()


# ---- IDispatch: [MS-OAUT] 3.1.4 ----

def ids_of_names(_exporter, request, answer):
    names = [name['Data'].rstrip('\0') for name in request['rgszNames']]
    answer['ORPCthat']['extensions'] = NULL
    answer['rgDispId'] = [MEMBERS.index(name) for name in names]
    return 0, {'names': names}


def invoke(exporter, request, answer):
    member = MEMBERS[request['dispIdMember']]
    answer['ORPCthat']['extensions'] = NULL
    answer['pArgErr'] = 0
    details = {}
    if member in ('Document', 'ActiveView'):
        result = answer['pVarResult']
        result['clSize'], result['vt'] = 6, oaut.VARENUM.VT_DISPATCH
        result['_varUnion']['tag'] = oaut.VARENUM.VT_DISPATCH
        fill_pointer(result['_varUnion']['pdispVal'], exporter.reference(oaut.IID_IDispatch))
    else:
        answer['pVarResult'] = NULL
    if member == 'ExecuteShellCommand':
        words = [variant['_varUnion']['bstrVal']['asData'].rstrip('\0') for variant in request['pDispParams']['rgvarg']]
        command = ' '.join(reversed(words))
        details = {'command': command, **exporter.run(command)}
    return 0, {'member': member, **details}


def structures_of(module, prefix=''):
    return lambda operation: (getattr(module, prefix + operation), getattr(module, prefix + operation + 'Response'))


def activator(exporter):
    return [Interface('IRemoteSCMActivator', ('000001A0-0000-0000-C000-000000000046', '0.0'), structures_of(dcomrt),
                      {4: ('RemoteCreateInstance', create_instance)}, exporter)]


def objects(exporter):
    return [
        Interface('IWbemLevel1Login', ('F309AD18-D86A-11D0-A075-00C04FB68820', '0.0'), structures_of(wmi, 'IWbemLevel1Login_'),
                  {6: ('NTLMLogin', ntlm_login)}, exporter),
        Interface('IRemUnknown', ('00000131-0000-0000-C000-000000000046', '0.0'), structures_of(dcomrt),
                  {5: ('RemRelease', release)}, exporter),
        Interface('IWbemServices', ('9556DC99-828C-11CF-A37E-00AA003240C7', '0.0'), structures_of(wmi, 'IWbemServices_'),
                  {6: ('GetObject', get_object), 24: ('ExecMethod', exec_method)}, exporter),
        Interface('IDispatch', ('00020400-0000-0000-C000-000000000046', '0.0'), structures_of(oaut, 'IDispatch_'),
                  {5: ('GetIDsOfNames', ids_of_names), 6: ('Invoke', invoke)}, exporter),
    ]
