-- A domain has two names, NetBIOS and DNS. What servers say of that, each of a DNS name once: in its NTLM challenge, or by a logon that its
-- log writes under the one and the network saw under the other.
CREATE TABLE domain_claims (
  site    INTEGER NOT NULL REFERENCES sites (id),
  server  TEXT NOT NULL,                -- its address
  netbios TEXT NOT NULL COLLATE NOCASE,
  dns     TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (site, server, dns)
) STRICT, WITHOUT ROWID;
CREATE INDEX domain_claims_netbios ON domain_claims (site, netbios, dns);
CREATE INDEX domain_claims_dns ON domain_claims (site, dns, netbios);

-- What follows: names of one domain, both ways, where more servers say so than anything else of either name.
CREATE TABLE domains (
  site    INTEGER NOT NULL REFERENCES sites (id),
  name    TEXT NOT NULL COLLATE NOCASE,
  other   TEXT NOT NULL COLLATE NOCASE,
  servers INTEGER NOT NULL,             -- that say so
  PRIMARY KEY (site, name)
) STRICT, WITHOUT ROWID;
