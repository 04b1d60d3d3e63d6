#include <cornu/framework/model/training_options.hpp>

#include <utility>

namespace cornu {

OptionalValidationData::OptionalValidationData(ModelData x, ModelData y, ModelData sample_weight)
    : optional(ValidationData{std::move(x), std::move(y), std::move(sample_weight)}) {}

FitOptions::~FitOptions() = default;

}  // namespace cornu
