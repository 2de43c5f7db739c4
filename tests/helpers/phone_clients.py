"""Phones as plain HTTP clients, and a ballot to vote on."""

import http.client
import re
from urllib.parse import urlencode

from spinout_cli.phones.ballot_box import Ballot

LADDER = (("A", "Nothing yet"), ("B", "A first talk"), ("C", "It is signed"), ("?", "I don't know"))
BALLOT = Ballot("Does the council agree?", LADDER, aloud="Think of what you have seen in writing.")


class Answer:
    """What came back: status, headers and text."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    @property
    def title(self):
        return re.search("<h1[^>]*>(.*?)</h1>", self.text)[1]

    @property
    def view(self):
        return re.search('data-view="(.*?)"', self.text)[1]


class Phone:
    """One phone: keeps its cookie, follows what it is sent to, says where it comes from."""

    def __init__(self, server, word):
        self.server, self.word = server, word
        self.cookie = ""
        self._connection = http.client.HTTPConnection(server.host, server.port, timeout=10)

    def ask(self, method, path, body=None, **headers):
        given = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            given["Content-Type"] = "application/x-www-form-urlencoded"
            given["Origin"] = f"http://{self.server.host}:{self.server.port}"
        given.update({name.replace("_", "-"): value for name, value in headers.items()})
        self._connection.request(method, path, body, given)
        answer = Answer(self._connection.getresponse())
        if set_ := answer.headers.get("Set-Cookie"):
            value = set_.split(";")[0]
            self.cookie = "" if value.endswith(('=""', "=")) else value
        return answer

    def close(self):
        self._connection.close()

    def page(self):
        return self.ask("GET", f"/{self.word}")

    def send(self, what, **fields):
        answer = self.ask("POST", f"/{self.word}/{what}", urlencode(fields))
        return self.page() if answer.status == 303 else answer

    def join(self, group=""):
        return self.send("join", group=group)

    def vote(self, place):
        page = self.page()
        number = re.search('name="vote" value="(\\d+)"', page.text)
        return self.send("vote", vote=number[1] if number else 0, place=place)
