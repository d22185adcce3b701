-- Accesses to one address are looked for by when they ended: a log tells of now, and what ended long ago need not be looked at.
DROP INDEX accesses_destination;
CREATE INDEX accesses_destination ON accesses (site, destination, end, start);
