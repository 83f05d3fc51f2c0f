"""What a browser does at the OpenID provider: follow the sign-in address, press Allow, be sent back."""
import html.parser
import re
import urllib.parse
import urllib.request


class Form(html.parser.HTMLParser):
    """The first form of a page: action, hidden fields, and its first button."""

    def __init__(self, page):
        super().__init__()
        self.action, self.fields, self.button, self.inside = None, {}, None, False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == 'form' and self.action is None:
            self.action, self.inside = a.get('action', ''), True
        elif self.inside and tag == 'input' and a.get('name') and a.get('type') == 'hidden':
            self.fields[a['name']] = a.get('value', '')
        elif self.inside and tag == 'button' and self.button is None and a.get('name'):
            self.button = (a['name'], a.get('value', ''))

    def handle_endtag(self, tag):
        if tag == 'form':
            self.inside = False


def text_of(page):
    """The words of a page."""
    main = re.sub(r'(?s)^.*<main[^>]*>|</main>.*$', '', page)
    return re.sub(r'\s+', ' ', re.sub(r'<[^>]+>', ' ', main)).strip()


def authorize(client, address):
    """Open a sign-in address as a signed-in member and allow; gives (loopback address, None), or
    (None, words of the page) where the provider shows a page instead."""
    parts = urllib.parse.urlsplit(address)
    answer = client.raw('GET', f'{parts.path}?{parts.query}', headers={'Accept': 'text/html'})
    if answer.status == 200:
        form = Form(answer.text)
        if form.action is None or form.button is None:
            return None, text_of(answer.text)
        fields = dict(form.fields)
        fields[form.button[0]] = form.button[1]
        path = urllib.parse.urlsplit(urllib.parse.urljoin(address, form.action))
        answer = client.raw('POST', path.path + (f'?{path.query}' if path.query else ''), urllib.parse.urlencode(fields),
                            {'Content-Type': 'application/x-www-form-urlencoded', 'Accept': 'text/html',
                             'Origin': f'{parts.scheme}://{parts.netloc}'})
    if answer.status in (302, 303):
        return answer.headers['location'], None
    return None, text_of(answer.text)


def visit(address):
    """Follow the redirect to the client's own loopback listener; gives the status."""
    with urllib.request.urlopen(address, timeout=20) as response:
        return response.status
