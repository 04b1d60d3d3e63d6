#pragma once
// Internal: what Keras has and cornu does not, so that a message can say so.
#include <string_view>

namespace cornu::detail {

/// Whether `name` is a class or function of Keras 3.15 of that kind ("layer", "optimizer", …) that cornu lacks, in any
/// of its spellings: "AugMix", "aug_mix".
bool is_name_in_keras(std::string_view kind, std::string_view name);

}  // namespace cornu::detail
