"""The collector's REST interface (schema/openapi.yaml), as far as the laboratory reads it."""
import json
import ssl
import urllib.parse
import urllib.request

PAGE = 500


class Collector:
    def __init__(self, url, certificate, user, password):
        self._base = url + '/api/v1/'
        trusted = ssl.create_default_context(cafile=certificate)
        trusted.check_hostname = False                      # the certificate is the collector's own, made at its first start
        self._opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trusted), urllib.request.HTTPCookieProcessor())
        self._ask('login', json.dumps({'user': user, 'password': password}).encode())

    def _ask(self, path, body=None):
        request = urllib.request.Request(self._base + path, data=body, headers={'Content-Type': 'application/json'})
        with self._opener.open(request, timeout=20) as answer:
            return json.load(answer)

    def get(self, path, **query):
        return self._ask(path + ('?' + urllib.parse.urlencode(query) if query else ''))

    def all(self, path, **query):
        """Every page of a list, in the order the collector gives it: latest first."""
        rows, page = [], self.get(path, limit=PAGE, **query)
        while page['next'] is not None:
            rows += page['items']
            page = self.get(path, limit=PAGE, before=page['next'], **query)
        return rows + page['items']
