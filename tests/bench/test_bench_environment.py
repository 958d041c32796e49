"""The machine and its state, here and in a made-up /sys."""

import platform

import pytest

from edgebert.bench.cooling import cool_down
from edgebert.bench.energy import read_joules
from edgebert.bench.environment import read_conditions, read_machine
from edgebert.bench.protocol import Heat, Waited
from edgebert.bench.throttling import read_throttling
from edgebert.doctor import diagnose
from edgebert.errors import EdgebertError


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
    assert found.joules == {}
    assert found.time.endswith("+00:00")


def test_cooling_devices_that_slow_the_cpu_are_named(tmp_path):
    for number, (kind, state) in enumerate(
        (("thermal-cpufreq-0", 2), ("pwm-fan", 3), ("Processor", 0))
    ):
        folder = tmp_path / f"class/thermal/cooling_device{number}"
        write(folder / "type", f"{kind}\n")
        write(folder / "cur_state", f"{state}\n")
        write(folder / "max_state", "10\n")
    assert read_throttling(tmp_path) == ("thermal-cpufreq-0 2 of 10",)


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ("throttled=0x0", ()),
        ("throttled=0x50005", ("under-voltage", "throttled", "under-voltage since boot",
                               "throttled since boot")),
        ("throttled=0x80008", ("soft temperature limit", "soft temperature limit since boot")),
        ("VCHI initialization failed", ()),
    ],
)  # fmt: skip
def test_a_raspberrys_firmware_is_asked(tmp_path, monkeypatch, answer, names):
    """Its answers are those that Raspberry Pi's documentation shows; the program stands in."""
    program = tmp_path / "vcgencmd"
    write(program, f'#!/bin/sh\n[ "$1" = get_throttled ] && echo "{answer}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert read_throttling(tmp_path / "nowhere") == names


def test_energy_counters_are_read_in_joules(tmp_path):
    for zone, name, energy in (
        ("intel-rapl:0", "package-0", 2_500_000),
        ("intel-rapl:0:0", "core", 1_000_000),
    ):
        write(tmp_path / f"class/powercap/{zone}/name", f"{name}\n")
        write(tmp_path / f"class/powercap/{zone}/energy_uj", f"{energy}\n")
    write(tmp_path / "class/hwmon/hwmon2/energy1_input", "750000\n")
    write(tmp_path / "class/hwmon/hwmon2/energy1_label", "Esocket0\n")
    assert read_joules(tmp_path) == {"intel-rapl:0 package-0": 2.5, "hwmon2 Esocket0": 0.75}


def test_waiting_ends_when_the_device_has_cooled_down(tmp_path):
    zone = tmp_path / "class/thermal/thermal_zone0/temp"
    write(zone, "71000\n")
    told = []

    def tell(cooling):
        told.append(cooling)
        zone.write_text("59000\n")

    waited = cool_down(Heat(60.0, 30.0), tell, root=tmp_path)
    assert [(cooling.celsius, cooling.limit) for cooling in told] == [(71.0, 60.0)]
    assert 29 < told[0].left_s <= 30
    assert not waited.too_hot
    assert 0 < waited.seconds < 30


def test_waiting_in_vain_ends_and_says_so(tmp_path):
    write(tmp_path / "class/thermal/thermal_zone0/temp", "40000\n")
    write(tmp_path / "class/thermal/thermal_zone1/temp", "71000\n")
    told = []
    waited = cool_down(Heat(60.0, 0.3), told.append, root=tmp_path)
    assert waited.too_hot
    assert waited.seconds >= 0.3
    assert told


def test_a_cool_device_does_not_wait(tmp_path):
    write(tmp_path / "class/thermal/thermal_zone0/temp", "40000\n")
    told = []
    assert cool_down(Heat(60.0), told.append, root=tmp_path) == Waited(0.0, False)
    assert told == []


def test_nothing_can_be_waited_for_without_a_sensor(tmp_path):
    with pytest.raises(EdgebertError, match=r"tells no temperature .*leave the option out"):
        cool_down(Heat(60.0), print, root=tmp_path)
