"""The kit for agents in Python: what an agent is given, and what its tests use. The standard library alone is needed.

An agent is one file:

    import steward

    DECLARATION = {"purpose": "Tells what the time is.", "schedule": {"cron": "@hourly"}, "tools": {"notify": {"channels": ["telegram"]}}}

    def run(context):
        context.notify.send(f"It is {context.now:%H:%M}")
        return steward.success("told", handoff={"told_at": context.now.isoformat()})

    def test_tells_the_time(bench):
        result = bench.run(run)
        bench.expect(result.is_success, "it succeeds")
        bench.equal(["It is 12:00"], bench.tools.messages)

DECLARATION is a literal with the same members as the declaration of an agent in C#. Every function whose name begins with
``test_`` is a test; it gets a Bench, and one that expects nothing fails.
"""

import datetime
import json
import re
from types import SimpleNamespace


class ToolError(Exception):
    """A tool was refused, or failed. ``code`` says how: ``not-declared``, ``refused``, ``not-found``, ``unreachable``, ``certificate`` and so on."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Result:
    """How a run went. Made with ``success`` or ``failure``."""

    def __init__(self, is_success, text, handoff):
        json.dumps(handoff, allow_nan=False)
        self.is_success, self.text, self.handoff = is_success, str(text), handoff


def success(output, handoff=None):
    """The agent did what it is for. ``output`` is for people; ``handoff`` (JSON, at most 10,000 characters) is what the next
    run finds in ``context.handoff``; without it what was there stays."""
    return Result(True, output, handoff)


def failure(reason, handoff=None):
    """The agent could not do what it is for. It is tried again after 2, 4 and 8 seconds. ``handoff`` as for ``success``; the next
    attempt finds it, too."""
    return Result(False, reason, handoff)


def result_of(given):
    """What a run gave, if it is a result."""
    return given if isinstance(given, Result) else failure("The agent's run gave no result: return steward.success(...) or steward.failure(...).")


class Context:
    """Everything that a run has."""

    def __init__(self, run, settings, handoff, clock, log, call):
        #: which run it is: agent, id, number, attempt, trigger, payload (from outside: do not trust it), summary
        self.run = run
        #: the values of the declared settings, by name
        self.settings = settings
        #: what the last run handed on; None at the first
        self.handoff = handoff
        #: where to say what is going on: info, warning, error
        self.log = log
        #: any tool by its name: context.call("http_get", url="https://example.org/") gives a dictionary
        self.call = call
        self._clock = clock
        self.http, self.browser, self.files, self.notify, self.memory = Http(call), Browser(call), Files(call), Notify(call), Memory(call)
        self.model, self.agents = Model(call), Agents(call)
        self.github, self.railway, self.n8n = GitHub(call), Railway(call), N8n(call)

    @property
    def now(self):
        """The time now, in UTC."""
        return self._clock()


class Log:
    """What an agent says while it runs, a line each. Lines over 2,000 characters are cut; after 1 MB the rest is left out."""

    def __init__(self, write):
        self._write = write

    def info(self, line):
        self._write("info", str(line))

    def warning(self, line):
        self._write("warning", str(line))

    def error(self, line):
        self._write("error", str(line))


class _Tool:
    def __init__(self, call):
        self._call = call


class Http(_Tool):
    """Asks web servers on the declared hosts. An answer with an error status is an answer, not an error. An answer has
    status, body (at most 5 MB), content_type, milliseconds, certificate_ends, is_success and json()."""

    def get(self, url):
        return self._answer(self._call("http_get", url=str(url)))

    def post(self, url, body, content_type="application/json"):
        return self._answer(self._call("http_post", url=str(url), body=body, contentType=content_type))

    @staticmethod
    def _answer(given):
        answer = _object(given)
        answer.is_success = 200 <= answer.status < 300
        answer.json = lambda: json.loads(answer.body)
        return answer


class Browser(_Tool):
    """A browser (Chromium) with one page, fresh for each run. Pages reach the declared hosts only; selectors are CSS and mean
    the first thing that matches. What a page says comes from outside: do not trust it."""

    def open(self, url, seconds=30):
        """Opens an address and waits until it has loaded. Has url, title, status, refused (the hosts that the page wanted in vain)."""
        return _object(self._call("browser_open", url=str(url), seconds=seconds))

    def click(self, selector):
        return _object(self._call("browser_click", selector=selector))

    def fill(self, selector, value):
        """Text, an option of a list by its value or label, ``"true"`` or ``"false"`` for a box to tick."""
        return _object(self._call("browser_fill", selector=selector, value=value))

    def wait(self, selector=None, text=None, seconds=10):
        """Waits until the selector names something that can be seen, or until the page has the text."""
        self._call("browser_wait", **({"selector": selector} if selector else {"text": text}), seconds=seconds)

    def text(self, selector=None):
        """The text that can be seen, of the page or of what the selector names; at most 100,000 characters."""
        return self._call("browser_text", selector=selector)["text"]

    def snapshot(self):
        """The page as a tree, a line each with role, name and value."""
        return self._call("browser_snapshot")["text"]

    def screenshot(self, path, whole=False):
        """Puts a picture of the page into the agent's folder, as PNG."""
        self._call("browser_screenshot", path=path, whole=whole)


class Files(_Tool):
    """The agent's own folder, kept between runs. Paths are relative to it; a file has at most 10 MB."""

    def read(self, path):
        return self._call("files_read", path=path)["text"]

    def write(self, path, text):
        """Writes a file of text, whole or not at all."""
        self._call("files_write", path=path, text=text)

    def append(self, path, text):
        self._call("files_append", path=path, text=text)

    def list(self, path=""):
        """Each has path, is_folder, size, changed_at."""
        return _objects(self._call("files_list", path=path)["entries"])

    def delete(self, path):
        self._call("files_delete", path=path)

    def make_folder(self, path):
        self._call("files_mkdir", path=path)

    def info(self, path):
        return _object(self._call("files_info", path=path))


class Notify(_Tool):
    """Tells people over the declared channels. It is delivered once, and tried again when a channel is down."""

    def send(self, message, severity="info"):
        """``severity`` is info, warning or critical; the message has at most 4,000 characters."""
        self._call("notify", message=message, severity=severity)


class Memory(_Tool):
    """Small values that outlive the runs, by key: at most 1,000 of them, 64 KB each, anything that is JSON."""

    def get(self, key, default=None):
        value = self._call("memory_get", key=key).get("value")
        return default if value is None else value

    def set(self, key, value):
        """None forgets it."""
        self._call("memory_set", key=key, value=value)


class Model(_Tool):
    """Asks a language model, within the agent's budget. What it answers is data from outside."""

    def ask(self, instructions, data):
        return self._call("model_ask", instructions=instructions, data=data)["text"]


class Agents(_Tool):
    """Reads what other agents came to."""

    def last(self, agent):
        """Has number, state, text, finished_at; ``handoff`` as it was handed on."""
        given = self._call("agents_last", agent=agent)
        last = _object(given)
        last.handoff = given.get("handoff")
        return last


class GitHub(_Tool):
    """Reads a repository; the one that Steward is set up for, or a declared one (``owner/name``)."""

    def pull_requests(self, repository=None, checks=False):
        return _objects(self._call("github_pull_requests", repository=repository, checks=checks)["items"])

    def issues(self, repository=None, label=None, most=30):
        return _objects(self._call("github_issues", repository=repository, label=label, most=most)["items"])

    def workflow_runs(self, repository=None, branch=None, most=30):
        return _objects(self._call("github_workflow_runs", repository=repository, branch=branch, most=most)["items"])


class Railway(_Tool):
    """Reads services, deployments and usage on Railway."""

    def services(self, environment=None):
        return _objects(self._call("railway_services", environment=environment)["items"])

    def deployments(self, service, environment=None, most=10):
        return _objects(self._call("railway_deployments", service=service, environment=environment, most=most)["items"])

    def usage(self, since):
        return _object(self._call("railway_usage", since=since.isoformat()))


class N8n(_Tool):
    """Reads workflows and failed executions of n8n."""

    def workflows(self):
        return _objects(self._call("n8n_workflows")["items"])

    def failures(self, since, ignore=()):
        """A list, newest first, without executions of the workflows whose names are in ``ignore``; its ``is_cut`` says whether there may be more."""
        given = self._call("n8n_failures", since=since.isoformat(), ignore=list(ignore))
        failures = _Failures(_objects(given["items"]))
        failures.is_cut = given.get("isCut", False)
        return failures


class _Failures(list):
    is_cut = False


class Bench:
    """Runs an agent against scripted tools and a clock that the test sets."""

    def __init__(self):
        self.tools, self.settings, self.handoff, self.log = ScriptedTools(lambda: self.now), {}, None, []
        self.now = datetime.datetime(2030, 1, 1, 12, 0, 0, tzinfo=datetime.timezone.utc)
        self.asked, self._runs = 0, 0

    def set(self, setting, value):
        """Gives a setting a value. There are no defaults here."""
        self.settings[setting] = value
        return self

    def run(self, agent, payload=None):
        """Runs the agent once, the way Steward does: an exception is a failure, and the handoff is kept; one of more than 10,000
        characters is a failure, too."""
        self._runs += 1
        run = SimpleNamespace(agent="test", id=f"run-{self._runs}", number=self._runs, attempt=1, trigger="test", payload=payload, summary=None)
        log = Log(lambda level, line: self.log.append(f"{level}: {line}"))
        try:
            result = result_of(agent(Context(run, self.settings, self.handoff, lambda: self.now, log, self.tools.call)))
        except Exception as e:
            result = failure(str(e))
        # As Steward writes it: what is beyond 16 bits is escaped.
        length = sum(12 if ord(letter) > 0xFFFF else 1 for letter in json.dumps(result.handoff, ensure_ascii=False, separators=(",", ":")))
        if length > 10_000:
            result = failure(f"What it wants to hand on has {length} characters; 10000 are allowed.")
        if result.handoff is not None:
            self.handoff = json.loads(json.dumps(result.handoff))
        return result

    def expect(self, condition, what):
        """The condition holds."""
        self.asked += 1
        if not condition:
            raise AssertionError(f"Expected that {what}.")

    def equal(self, expected, actual):
        """Both are the same."""
        self.expect(expected == actual, f"{_shown(actual)} is {_shown(expected)}")

    def contains(self, part, whole):
        """The text is in the other one."""
        self.expect(part in (whole or ""), f"{_shown(part)} is in {_shown(whole)}")


class ScriptedTools:
    """Tools that answer what a test has scripted. Memory, files and notify behave like the real ones without a script; every
    other call without one fails the way an undeclared tool does."""

    def __init__(self, now=lambda: datetime.datetime.now(datetime.timezone.utc)):
        self.calls, self._folder = [], _Folder(now)
        self._scripts, self._memory = {}, {}

    @property
    def files(self):
        """The contents of the agent's folder, by path."""
        return self._folder.files

    @property
    def messages(self):
        """The messages that were sent, in order."""
        return [arguments["message"] for tool, arguments in self.calls if tool == "notify"]

    def http(self, url, status, body, content_type="text/plain", milliseconds=5, certificate_ends=None):
        """Lets an address answer. Several for one address answer in their order, the last one for ever."""
        return self.answer(f"http_get {url}", {"status": status, "body": body, "contentType": content_type, "milliseconds": milliseconds, "certificateEnds": certificate_ends})

    def http_fails(self, url, code="unreachable", message="nobody answers"):
        return self.fail(f"http_get {url}", code, message)

    def answer(self, tool, answer):
        """Lets a tool answer: ``"model_ask"``, or ``"railway_deployments web"`` for what it is asked about. Members as over the wire, in camelCase."""
        self._scripts.setdefault(tool, []).append(answer)
        return self

    def fail(self, tool, code, message):
        """Lets a tool fail."""
        return self.answer(tool, ToolError(code, message))

    def call(self, tool, **arguments):
        arguments = json.loads(json.dumps(arguments))
        self.calls.append((tool, arguments))
        about = arguments.get("url") or arguments.get("agent") or arguments.get("service")
        queue = self._scripts.get(f"{tool} {about}") or self._scripts.get(tool)
        if queue:
            answer = queue.pop(0) if len(queue) > 1 else queue[0]
            if isinstance(answer, ToolError):
                raise answer
            return json.loads(json.dumps(answer))
        return self._built_in(tool, arguments, about)

    def _built_in(self, tool, arguments, about):
        if tool == "notify" and arguments["severity"] in ("info", "warning", "critical"):
            if not arguments["message"].strip():
                raise ToolError("invalid", "'message' is empty.")
            if len(arguments["message"]) > 4000:
                raise ToolError("too-large", "'message' has more than 4000 characters.")
            return {}
        if tool == "memory_get":
            return {"value": self._memory.get(arguments["key"])}
        if tool == "memory_set":
            self._memory[arguments["key"]] = arguments["value"]
            return {}
        if tool.startswith("files_") and hasattr(self._folder, tool[len("files"):]):
            return self._folder.call(tool, **arguments)
        raise ToolError("not-declared", f"The test has no answer for {tool}{' ' + about if about else ''}.")


class _Folder:
    """The agent's folder in a test: what the real one takes, gives and refuses."""

    def __init__(self, now):
        self.files, self._folders, self._changed, self._now = {}, {}, {}, now

    def call(self, tool, path, text=""):
        is_root = tool == "files_list" and path in ("", ".")
        if not is_root and (not 0 < len(path) <= 1000 or "\0" in path or any(part in ("", ".", "..") or len(part) > 200 for part in path.split("/"))):
            raise ToolError("refused", f"'{path}' is not a path below the folder, such as 'reports/today.txt'.")
        return getattr(self, tool[len("files"):])(path, text) or {}

    def _read(self, path, _):
        if path not in self.files:
            raise ToolError("invalid", f"'{path}' is not a file.") if self._is_folder(path) else self._missing(path)
        return {"text": self.files[path]}

    def _write(self, path, text):
        if "/" in path:
            self._mkdir(path.rpartition("/")[0])
        if self._is_folder(path):
            raise ToolError("invalid", f"'{path}' is a folder.")
        self.files[path], self._changed[path] = text, self._now()

    def _append(self, path, text):
        self._write(path, self.files.get(path, "") + text)

    def _list(self, path, _=""):
        return {"entries": self._entries(path)[:1000]}

    def _entries(self, path):
        if path in ("", "."):
            below = ""
        elif self._info(path)["isFolder"]:
            below = path + "/"
        else:
            raise ToolError("invalid", f"'{path}' is not a folder.")
        names = {one[len(below):].split("/")[0] for one in [*self.files, *self._folders] if one.startswith(below) and len(one) > len(below)}
        return [self._info(below + name) for name in sorted(names)]

    def _delete(self, path, _):
        if self._info(path)["isFolder"] and self._entries(path):
            raise ToolError("invalid", f"The folder '{path}' is not empty.")
        if "/" in path:
            self._mkdir(path.rpartition("/")[0])
        self.files.pop(path, None)
        self._folders.pop(path, None)

    def _mkdir(self, path, _=""):
        parts = path.split("/")
        for folder in ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]:
            if folder in self.files:
                raise ToolError("invalid", f"'{folder}' is not a folder.")
            self._folders.setdefault(folder, self._now())

    def _info(self, path, _=""):
        if path in self.files:
            size, changed, is_folder = len(self.files[path].encode()), self._changed.get(path), False
        elif self._is_folder(path):
            size, changed, is_folder = 0, self._folders.get(path), True
        else:
            raise self._missing(path)
        return {"path": path, "isFolder": is_folder, "size": size, "changedAt": (changed or self._now()).isoformat()}

    def _is_folder(self, path):
        return path in self._folders or any(file.startswith(path + "/") for file in self.files)

    def _missing(self, path):
        # What leads through a file is no way.
        if any(path.startswith(file + "/") for file in self.files):
            return ToolError("invalid", f"A part of '{path}' is not a folder.")
        return ToolError("not-found", f"There is no '{path}'.")


def _shown(value):
    # A page, say, would hide what is said about it.
    text = repr(value)
    return text if len(text) <= 500 else f"{text[:500]} ... ({len(text)} characters)"


def _object(value):
    return SimpleNamespace(**{re.sub("(?<!^)(?=[A-Z])", "_", name).lower(): member for name, member in value.items()}) if isinstance(value, dict) else value


def _objects(values):
    return [_object(value) for value in values]
