-- The sensor that stands for the server logs of a site, made if needed; revoked, so that nobody speaks as it. :site
INSERT INTO sensors (name, site, public_key, enrolled, revoked)
VALUES ('server logs of ' || (SELECT name FROM sites WHERE id = :site), :site, 'logs:' || :site, 0, 0)
ON CONFLICT (public_key) DO UPDATE SET site = excluded.site RETURNING id
