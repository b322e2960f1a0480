"""Man pages and completions say what --help says: all of it."""

import os
import pathlib
import pty
import re
import subprocess
import tempfile
import unittest

from harness import BIN, PATIENCE

MANUALS = BIN.parent / "apps/manual"
PROGRAMS = ("diamond-train", "diamond-serve")


# A zsh that notes what it offers for a line, instead of showing it, and ends.
ZSHRC = r"""
fpath=("$MANUALS" $fpath)
autoload -Uz compinit
compinit -u -D
compadd() {
  if (( $@[(I)-[ADO]] )); then builtin compadd "$@"; return; fi
  local -a offered
  builtin compadd -O offered "$@"
  print -rl -- $offered >>"$ZDOTDIR/offered"
}
offer() { _main_complete }
zle -C offer complete-word offer
zle-line-init() { LBUFFER=$LINE; zle offer; exit }
zle -N zle-line-init
"""


def help_of(program, *commands):
    return subprocess.run([BIN / program, *commands, "--help"], capture_output=True, text=True, check=True).stdout


def options_in(text):
    return re.findall(r"^  (?:-\w,)?(--[\w-]+)", text, re.M)


def commands_in(text):
    return re.findall(r"^  (\w+) ", text.partition("Subcommands:")[2], re.M)


def all_helps(program, *commands):
    """Of the program and of each of its commands: the words that lead there, and the text."""
    text = help_of(program, *commands)
    yield commands, text
    for command in commands_in(text):
        yield from all_helps(program, *commands, command)


def page_of(program):
    """As a reader sees it, in one line."""
    shown = subprocess.run(["groff", "-man", "-Tutf8", "-P-cbou", MANUALS / f"{program}.1"], capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", " ", re.sub("\u2010\\s+", "", shown))


def completed(program, *words):
    """What the shell offers for the last word."""
    script = f'source "{MANUALS}/{program}.bash"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _{program.replace("-", "_")}; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script, "bash", program, *words], capture_output=True, text=True, check=True)
    return done.stdout.split()


def completed_by_zsh(line):
    """What zsh offers at the end of the line. It needs a terminal."""
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        (home / ".zshrc").write_text(ZSHRC)
        (home / "offered").touch()
        ours, terminal = pty.openpty()
        environment = {**os.environ, "ZDOTDIR": folder, "MANUALS": str(MANUALS), "LINE": line, "TERM": "dumb"}
        subprocess.run(["zsh", "-di"], stdin=terminal, stdout=terminal, stderr=terminal, env=environment, cwd=folder, start_new_session=True, timeout=PATIENCE)
        os.close(terminal)
        os.close(ours)
        return sorted((home / "offered").read_text().split())


class Manual(unittest.TestCase):
    def test_every_option_and_its_text_stand_in_the_page(self):
        for program in PROGRAMS:
            page = page_of(program)
            for commands, text in all_helps(program):
                options = options_in(text)
                self.assertIn("--help", options)
                for option in options:
                    self.assertRegex(page, re.escape(option) + r"\b", commands)
                if not commands_in(text):
                    self.assertIn(" ".join([program, *commands]), page)
            for line in help_of(program).splitlines():
                if line.startswith(" " * 20):
                    self.assertIn(line.strip(), page)

    def test_every_variable_stands_in_the_page(self):
        variables = re.findall(r"Env:(\w+)", help_of("diamond-serve"))
        self.assertGreater(len(variables), 20)
        for variable in variables:
            self.assertIn(variable, page_of("diamond-serve"))

    def test_groff_has_nothing_to_complain_about(self):
        for program in PROGRAMS:
            done = subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8", MANUALS / f"{program}.1"], capture_output=True, text=True, check=True)
            self.assertEqual(done.stderr, "")

    def test_the_shell_offers_what_help_lists(self):
        for program in PROGRAMS:
            for commands, text in all_helps(program):
                offered = completed(program, *commands, "")
                self.assertLessEqual({*options_in(text), *commands_in(text)}, {*offered}, commands)
                self.assertEqual(len(offered), len({*offered}))

    def test_the_shell_offers_the_words_that_an_option_takes(self):
        self.assertEqual(completed("diamond-serve", "--when-full", ""), ["drop", "refuse"])
        self.assertEqual(completed("diamond-serve", "--when-full", "=", "re"), ["refuse"])
        self.assertEqual(completed("diamond-train", "history", "--sort", "m"), ["mae", "mape"])
        self.assertEqual(completed("diamond-train", "--log-format", ""), ["text", "json"])
        self.assertEqual(completed("diamond-train", "--config", ""), [])  # files
        self.assertEqual(completed("diamond-serve", "keys", "r"), ["remove"])
        self.assertEqual(completed("diamond-serve", "keys", "add", "shop", "--role", "r"), ["read-logs"])
        self.assertEqual(completed("diamond-serve", "logs", "export", "--format", ""), ["jsonl", "csv"])

    def test_zsh_offers_what_help_lists(self):
        for program in PROGRAMS:
            for commands, text in all_helps(program):
                words = " ".join([program, *commands, ""])
                options = completed_by_zsh(words + "--")
                self.assertLessEqual({*options_in(text)}, {*options}, commands)
                self.assertEqual(len(options), len({*options}))
                if commands_in(text):
                    self.assertEqual(completed_by_zsh(words), sorted(commands_in(text)))

    def test_zsh_offers_the_words_that_an_option_takes(self):
        self.assertEqual(completed_by_zsh("diamond-serve --when-full "), ["drop", "refuse"])
        self.assertEqual(completed_by_zsh("diamond-serve --when-full=re"), ["refuse"])
        self.assertEqual(completed_by_zsh("diamond-train history --sort m"), ["mae", "mape"])
        self.assertEqual(completed_by_zsh("diamond-train --config off"), ["offered"])  # files
        self.assertEqual(completed_by_zsh("diamond-serve --port "), [])
        self.assertEqual(completed_by_zsh("diamond-serve --port 8001 keys r"), ["remove"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
