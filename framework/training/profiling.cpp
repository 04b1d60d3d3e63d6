#include <cornu/framework/training/profiling.hpp>

#include <utility>

namespace cornu::detail {

namespace {
constexpr std::int64_t unmeasured_steps = 2;  // layers are built, memory is taken, pages are touched
}

// Before the third step all layers are there, and each has its parts.
void Profiling::begin_step() {
  is_measuring_ = begun_++ >= unmeasured_steps;
  if (!is_measuring_) return;
  if (parts_.empty()) add_parts();
  profiler_.start();
}

void Profiling::end_step() {
  if (!is_measuring_) return;
  profiler_.stop();
  ++measured_;
}

void Profiling::add_parts() {
  add_part(model_, "", 0);
  std::vector<std::pair<const LayerBase*, std::size_t>> pending;  // to be added, the next one last
  const auto push_parts_of = [&](const LayerBase& layer, std::size_t index) {
    const auto& inner = layer.sublayers();
    for (auto part = inner.rbegin(); part != inner.rend(); ++part) pending.emplace_back(part->second.get(), index);
  };
  push_parts_of(model_, 0);
  while (!pending.empty()) {
    const auto [layer, whole] = pending.back();
    pending.pop_back();
    if (profiler_.knows(layer)) continue;
    const std::string& path = parts_[whole].path;
    add_part(*layer, path.empty() ? layer->name() : path + "/" + layer->name(), whole);
    push_parts_of(*layer, parts_.size() - 1);
  }
}

void Profiling::add_part(const LayerBase& layer, std::string path, std::size_t whole) {
  parts_.push_back({std::move(path), profiler_.add(&layer, layer.own_weights()), whole});
}

// What was never called counts to the whole.
std::vector<Profiler::Times> Profiling::times_of_parts() const {
  std::vector<Profiler::Times> times;
  for (const Part& part : parts_) times.push_back(profiler_.times_of(part.owner));
  for (std::size_t i = times.size(); i-- > 1;)
    if (!times[i].was_called) times[parts_[i].whole].add(times[i]);
  return times;
}

StepTime Profiling::mean(const Profiler::Times& times) const {
  const auto milliseconds = [&](Profiler::Work work) {
    return static_cast<double>(times.of(work)) / 1e6 / static_cast<double>(measured_);
  };
  using enum Profiler::Work;
  return {milliseconds(forward), milliseconds(backward), milliseconds(update), milliseconds(other)};
}

StepProfile Profiling::result() const {
  StepProfile profile{.steps = measured_};
  if (measured_ == 0) return profile;
  const std::vector<Profiler::Times> times = times_of_parts();
  profile.model = mean(times[0]);
  for (std::size_t i = 1; i < parts_.size(); ++i)
    if (times[i].was_called) profile.layers.push_back({parts_[i].path, mean(times[i])});
  profile.loss = mean(profiler_.times_of(Profiler::loss));
  profile.rest = mean(profiler_.times_of(Profiler::rest));
  return profile;
}

}  // namespace cornu::detail
