"""A make-believe task scheduler ([MS-TSCH]) behind the pipe atsvc: ITaskSchedulerService, which keeps tasks, and the older atsvc,
which keeps jobs. Executes nothing: what a task would have printed into a file of C:\\Windows\\Temp appears there when it is run."""
import os
import re
import time
import uuid
from xml.etree import ElementTree

from impacket.dcerpc.v5 import atsvc, tsch
from impacket.dcerpc.v5.ndr import NULL

from rpc_pipe import Interface, text
from svcctl import output_of

ERROR_FILE_NOT_FOUND = 0x80070002
NAMESPACE = '{http://schemas.microsoft.com/windows/2004/02/mit/task}'
OUTPUT_FILE = re.compile(r'%windir%\\Temp\\([^\\\s]+)')


class Scheduler:
    """Tasks by path and jobs by number, and the folder that plays C:\\Windows."""

    def __init__(self, admin_folder, log):
        self.tasks, self.jobs, self.log = {}, {}, log
        self._admin = admin_folder

    def run(self, task):
        """What the task prints, at the place its arguments name."""
        task['ran'] = time.localtime()
        output = OUTPUT_FILE.search(task['arguments'])
        if not output:
            return {}
        with open(os.path.join(self._admin, 'Temp', output[1]), 'w', newline='') as f:
            f.write(output_of(task['arguments']))
        return {'output': 'Temp\\' + output[1]}


# ---- ITaskSchedulerService, [MS-TSCH] 3.2.5.4 ----

def register_task(scheduler, request, answer):
    path, xml = text(request['path']), text(request['xml'])
    root = ElementTree.fromstring(re.sub(r'^<\?xml[^>]*\?>', '', xml).strip())
    task = {name.lower(): root.findtext('.//%s%s' % (NAMESPACE, name)) or '' for name in ('Command', 'Arguments')}
    scheduler.tasks[path] = {**task, 'ran': None}
    answer['pActualPath'], answer['pErrorInfo'] = path + '\0', NULL
    return 0, {'task': path, **task}


def run_task(scheduler, request, answer):
    path = text(request['path'])
    answer['pGuid'] = uuid.uuid4().bytes
    return 0, {'task': path, **scheduler.run(scheduler.tasks[path])}


def delete_task(scheduler, request, _answer):
    path = text(request['path'])
    return 0 if scheduler.tasks.pop(path, None) else ERROR_FILE_NOT_FOUND, {'task': path}


def last_run(scheduler, request, answer):
    path = text(request['path'])
    when = scheduler.tasks[path]['ran']
    fields = [0] * 8
    if when:
        fields = when.tm_year, when.tm_mon, (when.tm_wday + 1) % 7, when.tm_mday, when.tm_hour, when.tm_min, when.tm_sec, 0
    for name, value in zip(('wYear', 'wMonth', 'wDayOfWeek', 'wDay', 'wHour', 'wMinute', 'wSecond', 'wMilliseconds'), fields):
        answer['pLastRuntime'][name] = value
    answer['pLastReturnCode'] = 0
    return 0, {'task': path}


# opnum: operation, what does it
TASK_OPERATIONS = {
    1: ('SchRpcRegisterTask', register_task),
    12: ('SchRpcRun', run_task),
    13: ('SchRpcDelete', delete_task),
    16: ('SchRpcGetLastRunInfo', last_run),
}


# ---- atsvc, [MS-TSCH] 3.2.5.2 ----

def add_job(scheduler, request, answer):
    number = len(scheduler.jobs) + 1
    scheduler.jobs[number] = command = text(request['pAtInfo']['Command'])
    answer['pJobId'] = number
    return 0, {'job': number, 'command': command}


def delete_jobs(scheduler, request, _answer):
    for number in range(request['MinJobId'], request['MaxJobId'] + 1):
        scheduler.jobs.pop(number, None)
    return 0, {'job': request['MinJobId']}


JOB_OPERATIONS = {
    0: ('NetrJobAdd', add_job),
    1: ('NetrJobDel', delete_jobs),
}


def structures_of(module):
    return lambda operation: (getattr(module, operation), getattr(module, operation + 'Response'))


def interfaces(scheduler):
    return [
        Interface('ITaskSchedulerService', ('86D35949-83C9-4044-B424-DB363231FD0C', '1.0'), structures_of(tsch), TASK_OPERATIONS, scheduler),
        Interface('atsvc', ('1FF70682-0A51-30E8-076D-740BE8CEE98B', '1.0'), structures_of(atsvc), JOB_OPERATIONS, scheduler),
    ]
