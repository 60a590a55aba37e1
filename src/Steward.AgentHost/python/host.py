"""Compiles, tests and runs agents in Python for the server, inside a sandbox, as Steward.AgentHost does for those in C#.

``compile`` answers jobs line by line until its input ends; ``test`` and ``run`` take one job and end. A job is a line of JSON;
the agent's source follows it for ``test`` and ``run``, as many bytes as its ``assembly`` says.
"""

import ast
import base64
import datetime
import json
import os
import signal
import sys
import threading
import time
import traceback
from types import SimpleNamespace

# Python is started so that nothing but its own library is found.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import steward  # noqa: E402

FILE = "agent.py"

# What is wrong is in its beginning, and the server takes a line of 64 KB.
LONGEST_FAULT = 2000

# The server reads the process's own output; what the agent prints goes to standard error, where its log is.
wire_in = sys.stdin.buffer
wire_out = os.fdopen(os.dup(1), "wb", buffering=0)
os.dup2(2, 1)
sys.stdout = sys.stderr


def send(value):
    data = memoryview(json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace") + b"\n")
    while data:
        data = data[wire_out.write(data):]


def receive():
    line = wire_in.readline()
    return json.loads(line) if line else None


def compile_source(source):
    """What the server is to know of an agent, from reading it alone: nothing of it is executed."""

    def wrong(message, node=None, code="PY0001"):
        return {"assembly": None, "declaration": None, "tests": [], "diagnostics": [
            {"id": code, "severity": "error", "message": message, "line": getattr(node, "lineno", None) or 1, "column": (getattr(node, "col_offset", None) or 0) + 1}]}

    try:
        tree = ast.parse(source, FILE)
        compile(tree, FILE, "exec", dont_inherit=True)
    except SyntaxError as e:
        return wrong(e.msg, SimpleNamespace(lineno=e.lineno, col_offset=(e.offset or 1) - 1), "PY0000")
    except (ValueError, RecursionError, MemoryError) as e:
        return wrong(f"{type(e).__name__}: {e}", None, "PY0000")
    declared = [node for node in tree.body if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None
                and any(isinstance(to, ast.Name) and to.id == "DECLARATION" for to in (node.targets if isinstance(node, ast.Assign) else [node.target]))]
    if len(declared) != 1:
        return wrong(f"An agent has one DECLARATION = {{...}}; there are {len(declared)}.", declared[1] if declared else None)
    try:
        declaration = ast.literal_eval(declared[0].value)
        text = declaration if isinstance(declaration, str) else json.dumps(declaration, allow_nan=False)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return wrong("The DECLARATION is a literal: a dictionary of texts, numbers, True, False, lists and dictionaries, or the same as JSON.", declared[0])
    functions = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    if "run" not in functions or len(functions["run"].args.args) != 1 or isinstance(functions["run"], ast.AsyncFunctionDef):
        return wrong("An agent has a function 'def run(context):'.", functions.get("run"))
    tests = [name for name in functions if name.startswith("test_")]
    for name in tests:
        if len(functions[name].args.args) != 1 or isinstance(functions[name], ast.AsyncFunctionDef):
            return wrong(f"A test is a function 'def {name}(bench):'.", functions[name])
    return {"assembly": base64.b64encode(source.encode()).decode(), "declaration": text, "tests": tests, "diagnostics": []}


def load(source):
    module = {"__name__": "agent", "__file__": FILE}
    exec(compile(source, FILE, "exec", dont_inherit=True), module)
    return module


def test(source):
    for name, function in [(name, value) for name, value in load(source).items() if name.startswith("test_") and callable(value)]:
        bench, begun, fault = steward.Bench(), time.monotonic(), None
        try:
            function(bench)
            if bench.asked == 0:
                fault = "It expects nothing, and so proves nothing: use bench.expect."
        except AssertionError as e:
            fault = str(e) or "An assertion failed."
        except BaseException as e:
            fault = f"{type(e).__name__}: {e}"
        if fault is not None and len(fault) > LONGEST_FAULT:
            fault = f"{fault[:LONGEST_FAULT]} ... ({len(fault)} characters)"
        send({"name": name, "passed": fault is None, "fault": fault, "milliseconds": (time.monotonic() - begun) * 1000})
    send({"name": "", "passed": True, "fault": None, "milliseconds": 0})


class TimeUp(BaseException):
    """The time of the run is up. Not an Exception, so that an agent that catches everything still hears of it."""


class Calls:
    """Calls of tools: the Model Context Protocol in its version 2026-07-28, which needs no handshake, a line each."""

    def __init__(self):
        self.last, self.one = 0, threading.Lock()

    def __call__(self, tool, **arguments):
        with self.one:
            return self.ask(tool, arguments)

    def ask(self, tool, arguments):
        self.last += 1
        meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
        send({"jsonrpc": "2.0", "id": self.last, "method": "tools/call", "params": {"name": tool, "arguments": arguments, "_meta": meta}})
        while (line := receive()) is not None:
            if line.get("id") == self.last:
                return self.read(line)
        raise steward.ToolError("failed", "Steward does not answer any more.")

    @staticmethod
    def read(answer):
        if "error" in answer:
            raise steward.ToolError("failed", answer["error"].get("message", "the call failed"))
        result = answer["result"]
        content = result.get("structuredContent")
        if result.get("isError"):
            if isinstance(content, dict):
                raise steward.ToolError(content["code"], content["message"])
            raise steward.ToolError("failed", result["content"][0]["text"])
        return content


def run(job, source):
    call, out_of_memory = Calls(), False

    def up(*_):
        raise TimeUp()

    signal.signal(signal.SIGALRM, up)
    signal.setitimer(signal.ITIMER_REAL, job["seconds"])
    try:
        about = SimpleNamespace(**{name: job["run"].get(name) for name in ("agent", "id", "number", "attempt", "trigger", "payload", "summary")})
        log = steward.Log(lambda level, line: print(f"{level}: {' '.join(line.splitlines())}", file=sys.stderr, flush=True))
        context = steward.Context(about, job["settings"], job.get("handoff"), lambda: datetime.datetime.now(datetime.timezone.utc), log, call)
        result = steward.result_of(load(source)["run"](context))
    except MemoryError:
        result, out_of_memory = steward.failure("It wanted more memory than it may have."), True
    except TimeUp:
        result = steward.failure("It took longer than it may.")
    except BaseException as e:
        print("error: " + traceback.format_exc().replace("\n", "\n  "), file=sys.stderr, flush=True)
        result = steward.failure(f"{type(e).__name__}: {e}")
    signal.setitimer(signal.ITIMER_REAL, 0)
    call("run_finish", isSuccess=result.is_success, text=result.text, outOfMemory=out_of_memory, handoff=result.handoff)


def main():
    if sys.argv[1] == "compile":
        while (job := receive()) is not None:
            send({"number": job["number"], "compiled": compile_source(job["source"])})
        return
    job = receive()
    if job is None:
        sys.exit(66)
    source = wire_in.read(job["assembly"])
    if sys.argv[1] == "test":
        test(source)
    else:
        run(job, source)


main()
