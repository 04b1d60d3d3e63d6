#include <cornu/framework/metrics/direction.hpp>

#include <algorithm>
#include <array>

namespace cornu::metrics {

namespace {

constexpr std::array more = {"acc",         "auc",      "AUC",         "io_u",        "f1_score",
                             "fbeta_score", "r2_score", "pearson",     "concordance", "cosine_similarity",
                             "precision",   "recall",   "sensitivity", "specificity"};
constexpr std::array less = {"loss",          "hinge", "error",   "mae",     "MAE",         "mse",
                             "MSE",           "mape",  "MAPE",    "msle",    "MSLE",        "rmse",
                             "kl_divergence", "kld",   "poisson", "logcosh", "crossentropy"};

template <class List>
bool has_one_of(std::string_view name, const List& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return name.find(part) != std::string_view::npos; });
}

}  // namespace

std::optional<bool> more_is_better_of(std::string_view name) {
  const bool is_more = has_one_of(name, more), is_less = has_one_of(name, less);
  return is_more == is_less ? std::nullopt : std::optional(is_more);
}

}  // namespace cornu::metrics
