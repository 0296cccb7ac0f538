#!/usr/bin/env python3
"""How fast pages are while many people sign in at the same moment.

    bench/sign_ins.py [--clients 120] [--seconds 20] [--program target/release/liangjian]

Starts `serve` on an empty folder, and lets so many clients sign in again and again with logins nobody has: each takes
the work of a real one, and none is held back for guessing. One reader asks for pages beside them, 20 times a second.
Prints medians, 99th percentiles and statuses, first without anybody signing in, then with.
"""
import argparse, collections, http.client, re, subprocess, sys, tempfile, threading, time, urllib.parse

PAGES = ["/", "/regulation", "/regulation/20", "/plan", "/sign-in"]
READER_PAUSE = 0.05


def told(name, times, statuses):
    times = sorted(times) or [0.0]
    place = lambda percent: times[max(0, -(-len(times) * percent // 100) - 1)] * 1000
    counts = " ".join(f"{status}:{count}" for status, count in sorted(statuses.items(), key=str))
    print(f"{name:<28} {len(times):>6} median {place(50):8.1f} ms  p99 {place(99):8.1f} ms  worst {times[-1]*1000:8.1f} ms  {counts}")


def read_pages(port, until, times, statuses):
    connection, turn = http.client.HTTPConnection("127.0.0.1", port, timeout=30), 0
    while time.monotonic() < until:
        begun = time.monotonic()
        connection.request("GET", PAGES[turn % len(PAGES)])
        answer = connection.getresponse()
        answer.read()
        times.append(time.monotonic() - begun)
        statuses[answer.status] += 1
        turn += 1
        time.sleep(READER_PAUSE)


def sign_in(port, who, start, until, times, statuses, retry):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    start.wait()
    turn = 0
    while time.monotonic() < until():
        # The page with the form is asked for first, as by anybody who signs in.
        connection.request("GET", "/sign-in")
        page = connection.getresponse()
        body, cookie = page.read().decode(), (page.getheader("set-cookie") or "").split(";")[0]
        token = re.search(r'name="form_token" value="([^"]+)"', body)
        if token is None:
            statuses[f"form {page.status}"] += 1
            time.sleep(0.5)
            continue
        turn += 1
        form = urllib.parse.urlencode({"login": f"nobody-{who}-{turn}", "password": "four unrelated words", "form_token": token[1]})
        begun = time.monotonic()
        connection.request("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Sec-Fetch-Site": "same-origin"})
        answer = connection.getresponse()
        answer.read()
        times.append(time.monotonic() - begun)
        statuses[answer.status] += 1
        if answer.status == 503:
            retry.add(answer.getheader("retry-after"))
            time.sleep(0.5)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--clients", type=int, default=120)
    arguments.add_argument("--seconds", type=float, default=20)
    arguments.add_argument("--program", default="target/release/liangjian")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        serve = [given.program, "serve", "--data", folder, "--address", "127.0.0.1:0", "--quota-factor", "0", "--log", "none"]
        service = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
        try:
            port = int(re.search(r"http://127\.0\.0\.1:(\d+)", service.stdout.readline())[1])
            for clients in (0, given.clients):
                measure(port, clients, given.seconds)
        finally:
            service.terminate()
            service.wait()


def measure(port, clients, seconds):
    start, begin = threading.Event(), time.monotonic() + 1
    pages, page_statuses = [], collections.Counter()
    tries, try_statuses, retry = [], collections.Counter(), set()
    arguments = (port, start, lambda: begin + seconds, tries, try_statuses, retry)
    threads = [threading.Thread(target=sign_in, args=(port, who, *arguments[1:])) for who in range(clients)]
    threads.append(threading.Thread(target=lambda: (start.wait(), read_pages(port, begin + seconds, pages, page_statuses))))
    for thread in threads:
        thread.start()
    time.sleep(max(0.0, begin - time.monotonic()))
    start.set()
    for thread in threads:
        thread.join()
    told(f"pages, {clients} signing in", pages, page_statuses)
    if clients:
        told(f"sign-ins, {len(tries) / seconds:.1f} a second", tries, try_statuses)
        if retry:
            print("Retry-After of those sent away:", ", ".join(sorted(map(str, retry))))


main()
