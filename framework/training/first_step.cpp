#include <cornu/framework/training/first_step.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>

namespace cornu::detail {

namespace {

// The first names, and how many there are besides.
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t most = 8;
  const std::size_t shown = std::min(names.size(), most);
  const std::string first =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  return names.size() > shown ? fmt::format("{} and {} more", first, names.size() - shown) : first;
}

std::vector<std::string> without_gradient(std::span<const Variable> trainable, std::span<const Gradient> gradients) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < trainable.size(); ++i)
    if (gradients[i].empty()) names.push_back(trainable[i].path());
  return names;
}

void log_line(const std::string& text) { log(fmt::format("{}{}\n", log_sink().live ? "\n" : "", text)); }

constexpr const char* where_gradients_end =
    "values(), item(), astype(), with_shape() and stop_gradient() end a gradient; ops::cast and ops::reshape pass it "
    "on";

}  // namespace

void FirstStep::say_what_is_not_owned() const {
  const std::vector<Variable> weights = model_.weights();
  std::vector<std::string> names;
  for (const VariablesRead::Read& read : reads_.all()) {
    const auto is_this = [&](const Variable& weight) { return weight.body().id == read.variable; };
    if (std::any_of(weights.begin(), weights.end(), is_this)) continue;
    names.push_back(fmt::format("'{}'{}{}", read.name, read.reader.empty() ? "" : " in ", read.reader));
  }
  if (!names.empty())
    log_line(
        fmt::format("{}: variables are read that are no weights of the model, so training leaves them as they are: "
                    "{}. A layer makes its weights with add_weight() in build(), and says with track(name, layer) "
                    "which layers it holds. What is meant to stay outside is made with {{.trainable = false}}",
                    where_, listed(names)));
}

void FirstStep::say_that_nothing_trains() const {
  const std::size_t frozen = model_.weights().size();
  log_line(fmt::format(
      "{}: the model has no trainable weights, so training changes nothing{}", where_,
      frozen == 0 ? "" : fmt::format(": its {} weights are frozen; thaw a layer with set_trainable(true)", frozen)));
}

void FirstStep::check(std::span<const Variable> trainable, std::span<const Gradient> gradients) const {
  say_what_is_not_owned();
  if (trainable.empty()) return say_that_nothing_trains();
  const std::vector<std::string> missing = without_gradient(trainable, gradients);
  if (missing.empty()) return;
  if (missing.size() == trainable.size())
    throw ValueError(where_,
                     fmt::format("no trainable weight gets a gradient from the loss; got none for {}; expected a "
                                 "loss that ops compute from the weights; {}",
                                 listed(missing), where_gradients_end));
  log_line(fmt::format("{}: {} of {} trainable weights get no gradient from the loss, so they learn nothing: {}. {}",
                       where_, missing.size(), trainable.size(), listed(missing), where_gradients_end));
}

}  // namespace cornu::detail
