// The three commands that bring a sensor here, ready to copy.
import { Command } from "./states";

const INGEST_PORT = 4717; // where `ashiato-collector serve` listens unless told otherwise

export function EnrolHint() {
  return (
    <>
      <p>In the branch, on the machine that sees the traffic (a mirror port, or the server’s own interface), make a key pair:</p>
      <Command text="ashiato-sensor --keygen sensor.key" />
      <p>Here, enrol its public half:</p>
      <Command text="ashiato-collector sensor add branch-1 --site branch-1 --key sensor.key.pub --data /var/lib/ashiato" />
      <p>Back in the branch, start it; <code>collector.key.pub</code> lies in this collector’s data folder:</p>
      <Command
        text={`ashiato-sensor --interface eth1 --collector tcp://${location.hostname}:${INGEST_PORT} --key sensor.key --collector-key collector.key.pub --spool /var/spool/ashiato --site branch-1 --name branch-1`}
      />
    </>
  );
}
