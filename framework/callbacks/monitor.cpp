#include <cornu/framework/callbacks/monitor.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <cornu/framework/base/errors.hpp>

namespace cornu::callbacks::detail {

namespace {

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// What Keras's metrics say of themselves, by their names.
constexpr std::array more = {"acc",         "auc",      "AUC",         "io_u",        "f1_score",
                             "fbeta_score", "r2_score", "pearson",     "concordance", "cosine_similarity",
                             "precision",   "recall",   "sensitivity", "specificity"};
constexpr std::array less = {"loss",          "hinge", "error",   "mae",     "MAE",         "mse",
                             "MSE",           "mape",  "MAPE",    "msle",    "MSLE",        "rmse",
                             "kl_divergence", "kld",   "poisson", "logcosh", "crossentropy"};

template <class List>
bool is_one_of(const List& parts, std::string_view name) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) { return contains(name, part); });
}

}  // namespace

Monitor::Monitor(const char* where, std::string name, std::string mode)
    : where_(where), name_(std::move(name)), mode_(std::move(mode)) {
  if (mode_ != "auto" && mode_ != "min" && mode_ != "max")
    throw ValueError(where, fmt::format("mode is not known; got '{}'; expected auto, min or max", mode_));
}

void Monitor::begin(const Model&) {
  more_is_better_ = mode_ == "max";
  if (mode_ != "auto") return;
  const bool is_more = is_one_of(more, name_), is_less = is_one_of(less, name_);
  if (is_more == is_less)
    throw ValueError(where_,
                     fmt::format("it is not known whether more is better; got monitor '{}'; say mode = \"min\" or "
                                 "\"max\"",
                                 name_));
  more_is_better_ = is_more;
}

bool Monitor::improves(double value) const {
  if (std::isnan(value)) return false;
  if (!best_) return true;
  return more_is_better_ ? value > *best_ : value < *best_;
}

}  // namespace cornu::callbacks::detail
