"""The nets of a map as values."""

import json

from actviz.sweeps.map_nets import NET_COLUMNS, LostNet, MapNet, MapNets
from actviz.training.trial import Trial


def a_net(std=0.1, depth=4, accuracy=0.9):
    trial = Trial(accuracy=accuracy, rate=0.1, step=50)
    return MapNet(activation="tanh", std=std, depth=depth, trial=trial)


def test_a_net_is_found_by_its_cell():
    nets = MapNets(data="digits", nets=(a_net(), a_net(std=0.2)), asked=2)
    assert nets.at("tanh", 0.2, 4) is nets.nets[1]
    assert nets.at("tanh", 0.2, 5) is None
    assert nets.at("relu", 0.2, 4) is None


def test_a_net_is_plain_and_has_every_column():
    lost = LostNet(activation="tanh", std=0.2, depth=4, reason="its worker died")
    nets = MapNets(data="digits", nets=(a_net(accuracy=0.3),), asked=3, lost=(lost,))
    plain = json.loads(json.dumps(nets.to_dict()))
    assert (plain["data"], plain["asked"]) == ("digits", 3)
    assert plain["lost"] == [
        {"activation": "tanh", "std": 0.2, "depth": 4, "reason": "its worker died"}
    ]
    assert plain["nets"] == [
        {
            **{"activation": "tanh", "std": 0.1, "depth": 4},
            **{"trains": False, "accuracy": 0.3, "rate": 0.1, "step": 50},
        }
    ]
    assert set(NET_COLUMNS) <= set(plain["nets"][0])
