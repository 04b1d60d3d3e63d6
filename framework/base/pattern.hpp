#pragma once
// Internal: regular expressions in linear time.
#include <cstdint>
#include <string_view>
#include <vector>

#include <cornu/framework/base/pattern_syntax.hpp>

namespace cornu::detail {

/// A regular expression in the syntax of Python's `re`: characters, `.`, `[a-z]`, `[^a-z]`, `\d`, `\w`, `\s` and their
/// opposites, `^`, `$`, `\A`, `\Z`, `\b`, `\B`, groups, `|`, and the repetitions `*`, `+`, `?`, `{2,3}`. `\d` and `\s`
/// are those of ASCII, `\w` besides all characters outside of it. There is nothing that could take more than linear
/// time: no looking ahead or behind, no references to groups, no options.
///
/// A text is compared with all ways to read it at once (Thompson, "Regular expression search algorithm", CACM 11,
/// 1968): its length times the size of the pattern bounds the time, whatever both are.
class Pattern {
 public:
  /// Throws std::invalid_argument, with what is wrong, for what is no such expression, and for one that is too large:
  /// more than 100 groups in one another, or 2,000 parts when repetitions are written out.
  explicit Pattern(std::string_view text);

  /// Whether it occurs somewhere in the text.
  bool occurs_in(std::string_view text) const;

 private:
  using State = std::uint32_t;
  // What a state waits for, and where it goes then: a character; or nothing (`sequence`: to both).
  struct Step {
    PatternNode::Kind kind;
    State next, other;
    CharacterRanges characters = {};
  };
  struct Place;
  struct Reached;

  State add(Step step);
  State compile(const PatternNode& node, State next);
  State compile_choice(const PatternNode& node, State next);
  State compile_repeat(const PatternNode& node, State next);
  void reach(State state, const Place& place, Reached& reached) const;

  std::vector<Step> steps_;
  State start_ = 0;
  std::size_t parts_ = 0;
};

}  // namespace cornu::detail
