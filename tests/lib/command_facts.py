"""Each SMB command of a capture as a fact, from tshark's fields and from `ashiato-sensor --format commands`: version, command, whether
it is a request or a response, message, session and tree id, and the status of a response. Nobody pairs anything here: where the
ids of a request and of its response are right on both sides, so is the status of the request."""
from wire_facts import Fact
from wire_messages import messages, shown


def of_wire(frames):
    return [Fact('command', '%s > %s' % (frame.source, frame.destination), what(message), 'frame %d' % frame.number)
            for frame in frames for message in messages(frame)]


def what(message):
    said = message.fields
    if message.version == 2:
        ids = said.number('smb2.msg_id'), None, said.number('smb2.sesid'), said.number('smb2.tid')
    else:
        ids = said.number('smb.mid'), said.number('smb.pid'), said.number('smb.uid'), said.number('smb.tid')
    return (message.version, message.command, message.is_response, *ids, shown(message.status) if message.is_response else None)


def of_sensor(lines):
    return [Fact('command', '%s > %s' % (end(line['source']), end(line['destination'])), (
        line['version'], line['command'], line['is_response'], int(line['message_id'], 16), line['process_id'],
        int(line['session_id'], 16), line['tree_id'], shown(line['status'])), 'line %d' % n) for n, line in enumerate(lines, 1)]


def end(endpoint):
    return '%s:%d' % (endpoint['ip'], endpoint['port'])
