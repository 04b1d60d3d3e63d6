#include <cornu/framework/autodiff/profiler.hpp>

#include <chrono>
#include <utility>

namespace cornu::detail {

namespace {

std::int64_t steady_time() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Profiler::Clock clock_now = steady_time;

}  // namespace

Profiler::Clock Profiler::set_clock(Clock clock) { return std::exchange(clock_now, clock); }

void Profiler::Times::add(const Times& other) {
  for (std::size_t i = 0; i < nanoseconds.size(); ++i) nanoseconds[i] += other.nanoseconds[i];
}

constinit thread_local Profiler* Profiler::running_ = nullptr;

Profiler::Owner Profiler::add(const void* layer, std::span<const Variable> variables) {
  const auto owner = static_cast<Owner>(times_.size());
  times_.emplace_back();
  layers_.emplace(layer, owner);
  for (const Variable& variable : variables) variables_[variable.body().id] = owner;
  return owner;
}

void Profiler::start() {
  present_ = {};
  since_ = clock_now();
}

void Profiler::stop() {
  const std::int64_t now = clock_now();
  times_[present_.owner].nanoseconds[static_cast<std::size_t>(present_.work)] += now - since_;
  since_ = now;
}

// A record may be older than the profiler, and have an owner of another one.
Profiler::Account Profiler::begin(Account next) {
  if (next.owner >= times_.size()) next.owner = rest;
  if (next == present_) return next;
  stop();
  return std::exchange(present_, next);
}

Profiler::Account Profiler::of_call(const void* layer) {
  const auto found = layers_.find(layer);
  if (found == layers_.end()) return present_;
  times_[found->second].was_called = true;
  return {found->second, Work::forward};
}

Profiler::Account Profiler::of_update(const VariableBody& variable) const {
  const auto found = variables_.find(variable.id);
  return {found == variables_.end() ? present_.owner : found->second, Work::update};
}

}  // namespace cornu::detail
