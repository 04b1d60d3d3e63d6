#pragma once
// Internal: whose time passes while a training is profiled.
#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <cornu/framework/autodiff/variable.hpp>

namespace cornu::detail {

/// Divides the time of one thread among owners, such as layers, and what they do. One account runs at each moment:
/// whoever begins takes over from the one that ran before and hands back at the end. So nested calls count to the
/// innermost, and all times add up to the whole.
class Profiler {
 public:
  using Owner = std::uint32_t;
  static constexpr Owner rest = 0, loss = 1;  ///< the owners that there are from the start

  enum class Work : std::uint8_t { forward, backward, update, other };

  struct Account {
    Owner owner = rest;
    Work work = Work::other;
    bool operator==(const Account&) const = default;
  };

  struct Times {
    std::int64_t of(Work work) const { return nanoseconds[static_cast<std::size_t>(work)]; }
    void add(const Times& other);

    std::array<std::int64_t, 4> nanoseconds{};
    bool was_called = false;  // a layer
  };

  /// The one that runs on this thread; null for none.
  static Profiler* running() { return running_; }

  /// Adds an owner: a layer, known by its address, with its variables. A variable counts to the last that has it.
  Owner add(const void* layer, std::span<const Variable> variables);
  bool knows(const void* layer) const { return layers_.contains(layer); }

  /// Time counts between the two, from start() on for the account {rest, other}.
  void start();
  void stop();

  /// Lets that account run, and returns the one that ran before.
  Account begin(Account next);
  Account present() const { return present_; }
  /// The account of a layer that is called, or of a variable that is updated: the present owner's if it is not known.
  Account of_call(const void* layer);
  Account of_update(const VariableBody& variable) const;

  const Times& times_of(Owner owner) const { return times_[owner]; }

  /// Nanoseconds of a clock that never goes back.
  using Clock = std::int64_t (*)();
  /// Gives tests a clock of their own, and returns the one before.
  static Clock set_clock(Clock clock);

 private:
  friend class ProfilerScope;
  static constinit thread_local Profiler* running_;

  std::vector<Times> times_ = std::vector<Times>(2);  // by owner
  std::unordered_map<const void*, Owner> layers_;
  std::unordered_map<std::uint64_t, Owner> variables_;  // by id
  Account present_;
  std::int64_t since_ = 0;
};

/// While it lives, this profiler runs on this thread, or none where it is null.
class ProfilerScope {
 public:
  explicit ProfilerScope(Profiler* profiler) : outer_(std::exchange(Profiler::running_, profiler)) {}
  ~ProfilerScope() { Profiler::running_ = outer_; }
  ProfilerScope(const ProfilerScope&) = delete;
  ProfilerScope& operator=(const ProfilerScope&) = delete;

 private:
  Profiler* outer_;
};

/// While it lives, an account runs; then the one before goes on. Without a profiler it costs a branch.
///
///     const auto timed = Timed::call_of(this);
class Timed {
 public:
  static Timed call_of(const void* layer) {
    Profiler* const profiler = Profiler::running();
    return profiler ? Timed(*profiler, profiler->of_call(layer)) : Timed();
  }
  static Timed update_of(const VariableBody& variable) {
    Profiler* const profiler = Profiler::running();
    return profiler ? Timed(*profiler, profiler->of_update(variable)) : Timed();
  }
  /// Within it, the tape lets the owner of each record run.
  static Timed backward_pass() {
    Profiler* const profiler = Profiler::running();
    return profiler ? Timed(*profiler, {profiler->present().owner, Profiler::Work::backward}) : Timed();
  }
  static Timed account(Profiler::Owner owner, Profiler::Work work) {
    Profiler* const profiler = Profiler::running();
    return profiler ? Timed(*profiler, {owner, work}) : Timed();
  }

  ~Timed() {
    if (profiler_) profiler_->begin(before_);
  }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  Timed() = default;
  Timed(Profiler& profiler, Profiler::Account account) : profiler_(&profiler), before_(profiler.begin(account)) {}

  Profiler* profiler_ = nullptr;
  Profiler::Account before_;
};

}  // namespace cornu::detail
