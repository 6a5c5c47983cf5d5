"""The container file: what it copies exists and is all that is needed, and no data or key of a checkout enters it."""

import re
import subprocess

import pytest

from vrp_pipeline.lake.paths import PROJECT

CONTAINERFILE = PROJECT / "deploy" / "Containerfile"
IGNORED = PROJECT / ".dockerignore"


def rules() -> list[tuple[bool, str]]:
    """The rules of .dockerignore in their order: whether each lets in, and its pattern."""
    lines = [line.strip() for line in IGNORED.read_text(encoding="utf-8").splitlines()]
    return [(line.startswith("!"), line.removeprefix("!")) for line in lines if line and not line.startswith("#")]


def enters(path: str) -> bool:
    """Whether a path of the checkout enters the image: the last rule counts that fits it or a folder it lies in."""
    parents = ["/".join(path.split("/")[:length]) for length in range(1, path.count("/") + 2)]
    verdict = True
    for lets_in, pattern in rules():
        form = re.escape(pattern).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
        if any(re.fullmatch(form, each) for each in parents):
            verdict = lets_in
    return verdict


@pytest.mark.parametrize(
    "path",
    [
        ".keys/pseudonym.key",
        "data_lake/landing/police__offences/2024/delivery.csv",
        "data_lake/decisions/police__offences.json",
        ".dagster/history/runs.db",
        ".git/config",
        ".venv/bin/python",
        "dbt_project/target/manifest.json",
        "dbt_project/logs/dbt.log",
        "vrp_pipeline/feeds/__pycache__/police.cpython-311.pyc",
        "notes.txt",
    ],
)
def test_nothing_of_a_checkout_that_tells_of_people_or_of_this_machine_enters_the_image(path: str) -> None:
    assert not enters(path)


def test_every_file_in_git_that_the_pipeline_reads_enters_the_image() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no checkout of git")
    for path in listed.stdout.splitlines():
        is_read = path.startswith(("vrp_pipeline/", "dbt_project/", "expectations/", "deploy/"))
        assert enters(path) or not is_read, path


def test_what_the_container_file_copies_and_starts_exists_and_enters() -> None:
    text = CONTAINERFILE.read_text(encoding="utf-8")
    copied = [source for line in re.findall(r"^COPY (.+)$", text, re.MULTILINE) for source in line.split()[:-1]]
    assert copied
    started = [path.removeprefix("/opt/vrp/") for path in re.findall(r'"(/opt/vrp/[^"]+)"', text)]
    assert started
    for path in (*copied, *started):
        assert (PROJECT / path).exists(), path
        assert path == "." or enters(path), path
    assert (PROJECT / "deploy" / "with_secrets.sh").stat().st_mode & 0o111


def test_each_folder_that_the_image_names_is_made_and_its_instance_is_that_of_the_deployment() -> None:
    text = CONTAINERFILE.read_text(encoding="utf-8")
    made, settings = text.split("VOLUME")[0].split("ENV PATH")
    for folder in re.findall(r"(?:DAGSTER_HOME|VRP_DATA_LAKE|VRP_COMPUTE_LOGS)=(\S+)", settings):
        assert re.search(rf"install -d -o vrp .*{folder}", made), folder
    assert "install -o vrp -m 0644 deploy/dagster.yaml /var/lib/vrp/dagster/dagster.yaml" in made


def test_the_image_runs_as_an_account_without_rights_and_takes_its_secrets_from_files() -> None:
    lines = CONTAINERFILE.read_text(encoding="utf-8").splitlines()
    user = lines.index("USER vrp")
    assert not [line for line in lines[user:] if line.startswith(("RUN", "COPY", "USER root"))]
    assert 'ENTRYPOINT ["/opt/vrp/deploy/with_secrets.sh"]' in lines[user:]
    assert "VRP_KEY_FILE=/run/secrets/" in "\n".join(lines)
