#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/registry/config_view.hpp>

namespace cornu::testing {

/// What Keras writes for the objects of a kind: a part of tests/fixtures/configs*.json, which make_configs.py writes.
///
///     for (const Config::Member& written : keras_configs("losses").as_object()) …
const Config& keras_configs(std::string_view kind);

/// Where two configs differ first: "config.units: 3, but 4"; "" when they have the same keys in the same order, and
/// equal values, as Python compares them (1 is 1.0).
std::string difference(const Config& a, const Config& b, const std::string& path = "object");

/// A view of a config in "m.keras", read by "load_model" from "object" on.
ConfigView view_of(const Config& config, ConfigReport* report = nullptr);

/// What Keras wrote is read by `read`, which answers what is written of that; it must be the same, and nothing be noted
/// or refused. Checks each object of the kind but those in `except`.
void check_round_trips(std::string_view kind, Config (*read)(const ConfigView& object),
                       const std::vector<std::string>& except = {});

}  // namespace cornu::testing
