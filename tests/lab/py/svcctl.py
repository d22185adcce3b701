"""A make-believe Service Control Manager ([MS-SCMR]) that answers as Windows would and executes nothing:
starting a service changes a table. One row an operation in OPERATIONS."""
import hashlib
import os
import struct
import threading

from impacket.dcerpc.v5 import scmr
from impacket.dcerpc.v5.ndr import NULL

from rpc_pipe import Interface, text

ERROR_SERVICE_DOES_NOT_EXIST = 1060
ERROR_SERVICE_REQUEST_TIMEOUT = 1053
STOPPED, RUNNING = 1, 4
NO_HANDLE = b'\0' * 20


def output_of(command):
    """What a command would have printed, were it run."""
    return 'nt authority\\system\r\n' if 'whoami' in command else 'C:\\Windows\\system32\r\n'


class Services:
    """The table of services, the open handles, and the two folders that play C:\\Windows and C:\\."""

    def __init__(self, admin_folder, drive_folder, log):
        self.table, self.log = {}, log
        self._admin, self._drive = admin_folder, drive_folder
        self._handles, self._lock, self._next = {}, threading.Lock(), 0

    def open(self, name):
        with self._lock:
            self._next += 1
            handle = struct.pack('<IQQ', 0, self._next, 0x1122334455667788)
            self._handles[handle] = name
            return handle

    def name_of(self, handle):
        return self._handles.get(handle, '')

    def image_on_disk(self, image_path):
        """What lies under ADMIN$ where the image path points, or None."""
        name = image_path.replace('/', '\\').split('\\')[-1]
        path = os.path.join(self._admin, name)
        if not name or not os.path.isfile(path):
            return None
        with open(path, 'rb') as f:
            data = f.read()
        return {'path': name, 'bytes': len(data), 'sha256': hashlib.sha256(data).hexdigest()}

    def pretend_output(self, command):
        """smbexec.py fetches its command's output from C$\\__output."""
        with open(os.path.join(self._drive, '__output'), 'w', newline='') as f:
            f.write(output_of(command))


def open_manager(services, _request, response):
    response['lpScHandle'] = services.open('')
    return 0, {}


def open_service(services, request, response):
    name = text(request['lpServiceName'])
    known = name in services.table
    response['lpServiceHandle'] = services.open(name) if known else NO_HANDLE
    return 0 if known else ERROR_SERVICE_DOES_NOT_EXIST, {'service': name}


def create_service(services, request, response):
    name = text(request['lpServiceName'])
    row = {'display': text(request['lpDisplayName']), 'image_path': text(request['lpBinaryPathName'])}
    services.table[name] = {**row, 'state': STOPPED}
    response['lpServiceHandle'] = services.open(name)
    response['lpdwTagId'] = NULL
    return 0, {'service': name, **row}


def start_service(services, request, _response):
    name = services.name_of(request['hService'])
    row = services.table[name]
    if '__output' in row['image_path']:                     # a command line, not a service: Windows gives up on it
        services.pretend_output(row['image_path'])
        return ERROR_SERVICE_REQUEST_TIMEOUT, {'service': name}
    row['state'] = RUNNING
    return 0, {'service': name, 'image': services.image_on_disk(row['image_path'])}


def control_service(services, request, response):
    name = services.name_of(request['hService'])
    services.table[name]['state'] = STOPPED
    return fill_status(services, name, response)


def query_status(services, request, response):
    return fill_status(services, services.name_of(request['hService']), response)


def fill_status(services, name, response):
    status = response['lpServiceStatus']
    for key in ('dwWin32ExitCode', 'dwServiceSpecificExitCode', 'dwCheckPoint', 'dwWaitHint'):
        status[key] = 0
    status['dwServiceType'], status['dwControlsAccepted'] = scmr.SERVICE_WIN32_OWN_PROCESS, 1
    status['dwCurrentState'] = services.table[name]['state']
    return 0, {'service': name}


def query_config(services, request, response):
    name = services.name_of(request['hService'])
    row, config = services.table[name], response['lpServiceConfig']
    config['dwServiceType'], config['dwStartType'] = scmr.SERVICE_WIN32_OWN_PROCESS, scmr.SERVICE_DEMAND_START
    config['dwErrorControl'] = config['dwTagId'] = 0
    config['lpBinaryPathName'], config['lpDisplayName'] = row['image_path'] + '\0', row['display'] + '\0'
    config['lpLoadOrderGroup'] = config['lpDependencies'] = '\0'
    config['lpServiceStartName'] = 'LocalSystem\0'
    response['pcbBytesNeeded'] = 0
    return 0, {'service': name}


def delete_service(services, request, _response):
    name = services.name_of(request['hService'])
    services.table.pop(name, None)
    return 0, {'service': name}


def close_handle(_services, _request, response):
    response['hSCObject'] = NO_HANDLE
    return 0, {}


# opnum: operation, what does it
OPERATIONS = {
    0: ('CloseServiceHandle', close_handle),
    1: ('ControlService', control_service),
    2: ('DeleteService', delete_service),
    6: ('QueryServiceStatus', query_status),
    12: ('CreateServiceW', create_service),
    15: ('OpenSCManagerW', open_manager),
    16: ('OpenServiceW', open_service),
    17: ('QueryServiceConfigW', query_config),
    19: ('StartServiceW', start_service),
    27: ('OpenSCManagerA', open_manager),
}


def structures(operation):
    # OpenSCManagerA answers with the same two fields as OpenSCManagerW, and nobody here reads what it asks
    request = getattr(scmr, 'R' + operation) if operation != 'OpenSCManagerA' else None
    return request, getattr(scmr, 'R' + operation.replace('ManagerA', 'ManagerW') + 'Response')


def interface(services):
    return Interface('svcctl', ('367ABB81-9844-35F1-AD32-98F038001003', '2.0'), structures, OPERATIONS, services)
