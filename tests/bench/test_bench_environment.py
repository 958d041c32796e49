"""The machine and its state, here and in a made-up /sys."""

import platform

from edgebert.bench.environment import read_conditions, read_machine
from edgebert.doctor import diagnose


def test_the_machine_is_what_doctor_says():
    found, expected = read_machine(), diagnose()
    assert found.cpu == expected.cpu
    assert found.system == expected.system
    assert found.architecture == platform.machine()


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_conditions_are_read_from_sys(tmp_path):
    for core, kilohertz in enumerate((1500000, 600000)):
        folder = tmp_path / f"devices/system/cpu/cpu{core}/cpufreq"
        write(folder / "scaling_governor", "ondemand\n")
        write(folder / "scaling_cur_freq", f"{kilohertz}\n")
    write(tmp_path / "class/thermal/thermal_zone0/type", "cpu-thermal\n")
    write(tmp_path / "class/thermal/thermal_zone0/temp", "48312\n")
    write(tmp_path / "class/thermal/thermal_zone1/temp", "-2000\n")
    write(tmp_path / "class/thermal/thermal_zone2/temp", "not a number\n")
    found = read_conditions(tmp_path)
    assert found.governors == ("ondemand",)
    assert found.megahertz == (1500, 600)
    assert found.celsius == {"thermal_zone0 cpu-thermal": 48.312, "thermal_zone1": -2.0}


def test_a_system_that_tells_nothing(tmp_path):
    found = read_conditions(tmp_path / "nowhere")
    assert (found.governors, found.megahertz, found.celsius) == ((), (), {})
    assert found.time.endswith("+00:00")
