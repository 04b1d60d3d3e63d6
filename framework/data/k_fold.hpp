#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/data/train_test_split.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

struct KFoldOptions {
  bool shuffle = false;                    ///< which samples form a fold: neighbours, or any
  std::optional<std::uint64_t> seed = {};  ///< of the shuffling; cornu::random::set_seed fixes it otherwise
};

/// Splits 0 … n-1 in k folds: each tests once, and the others train, as sklearn.model_selection.KFold. The first n mod
/// k folds have one sample more; all ids are in ascending order. Throws ValueError for k below 2 or above n, and for a
/// seed without shuffling.
///
///     for (const auto& [train, test] : k_fold(x.dim(0), 5, {.shuffle = true}))
///       model.fit(take_rows(x, train), take_rows(y, train));
std::vector<TrainTest> k_fold(std::int64_t n, std::int64_t k = 5, const KFoldOptions& options = {});

}  // namespace cornu
CORNU_EXPORT_END
