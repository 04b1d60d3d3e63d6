#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/registry/config_view.hpp>

namespace cornu::testing {

/// What is written of an object that was read: `to_config()` of what from_config() makes.
using Again = Config (*)(const ConfigView& object);

/// Options that have one value in cornu, "Class.option", or "option" of any class.
using OneValue = std::vector<std::string>;

/// Each class of the table `class_names` has an object among `objects`. Each option keeps what it is set to when it is
/// read and written: its default, what the objects have, and those of many values that the class takes, while all other
/// options stay as they are; and at least two values of each are kept apart.
void check_every_option(const std::vector<std::string_view>& class_names, const std::vector<Config>& objects,
                        Again again, const OneValue& one_value = {});

/// The objects that Keras wrote of a kind, tests/fixtures/configs.json, without functions.
std::vector<Config> keras_objects(std::string_view kind);

}  // namespace cornu::testing
