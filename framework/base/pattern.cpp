#include <cornu/framework/base/pattern.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>

#include <cornu/framework/base/utf8.hpp>

namespace cornu::detail {

namespace {

constexpr std::uint32_t found = 0;  // the state in which the pattern has been read

bool contains(const CharacterRanges& ranges, char32_t character) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const auto& range) { return character >= range.first && character <= range.second; });
}

}  // namespace

// A place in a text: between two characters, of which none is at its ends.
struct Pattern::Place {
  std::optional<char32_t> before, behind;
  bool before_last = false;  // a line end follows, and nothing else

  bool fits(PatternNode::Kind kind) const {
    const auto is_word = [](std::optional<char32_t> character) { return character && is_word_character(*character); };
    const bool is_boundary = is_word(before) != is_word(behind);
    switch (kind) {
      case PatternNode::begin:
        return !before;
      case PatternNode::end:
        return !behind || before_last;
      case PatternNode::text_end:
        return !behind;
      case PatternNode::boundary:
        return is_boundary;
      case PatternNode::no_boundary:
        return !is_boundary;
      default:
        return true;
    }
  }
};

// The states in which a text can be at a place.
struct Pattern::Reached {
  explicit Reached(std::size_t states) : is_in(states) {}

  void clear() {
    for (const State state : states) is_in[state] = false;
    states.clear();
  }

  std::vector<State> states, waiting;
  std::vector<bool> is_in;
};

Pattern::Pattern(std::string_view text) {
  add({PatternNode::sequence, found, found});
  start_ = compile(parse_pattern(text), found);
}

bool Pattern::occurs_in(std::string_view text) const {
  Reached now(steps_.size()), next(steps_.size());
  Place place;
  while (true) {
    const Utf8Step step = text.empty() ? Utf8Step{} : utf8_front(text);
    place.behind = text.empty() ? std::nullopt : std::optional(step.code_point);
    place.before_last = text == "\n";
    for (const State state : next.states) reach(state, place, now);
    reach(start_, place, now);
    if (now.is_in[found]) return true;
    if (text.empty()) return false;
    next.clear();
    for (const State state : now.states)
      if (steps_[state].kind == PatternNode::one_of && contains(steps_[state].characters, step.code_point))
        next.states.push_back(steps_[state].next);
    now.clear();
    place.before = place.behind;
    text.remove_prefix(step.bytes);
  }
}

// A state, and those that follow from it without a further character.
void Pattern::reach(State state, const Place& place, Reached& reached) const {
  reached.waiting.push_back(state);
  while (!reached.waiting.empty()) {
    const State at = reached.waiting.back();
    reached.waiting.pop_back();
    if (reached.is_in[at]) continue;
    reached.is_in[at] = true;
    reached.states.push_back(at);
    const Step& step = steps_[at];
    if (at == found || step.kind == PatternNode::one_of || !place.fits(step.kind)) continue;
    reached.waiting.push_back(step.other);
    reached.waiting.push_back(step.next);
  }
}

Pattern::State Pattern::add(Step step) {
  steps_.push_back(std::move(step));
  return static_cast<State>(steps_.size() - 1);
}

// The state from which a part leads to `next`.
Pattern::State Pattern::compile(const PatternNode& node, State next) {
  constexpr std::size_t most = 2000;
  if (++parts_ > most) throw std::invalid_argument("more than 2000 parts, when its repetitions are written out");
  if (node.kind == PatternNode::choice) return compile_choice(node, next);
  if (node.kind == PatternNode::repeat) return compile_repeat(node, next);
  if (node.kind != PatternNode::sequence) return add({node.kind, next, next, node.characters});
  for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) next = compile(*child, next);
  return next;
}

Pattern::State Pattern::compile_choice(const PatternNode& node, State next) {
  State first = compile(node.children[0], next);
  for (std::size_t i = 1; i < node.children.size(); ++i)
    first = add({PatternNode::sequence, first, compile(node.children[i], next)});
  return first;
}

Pattern::State Pattern::compile_repeat(const PatternNode& node, State next) {
  const PatternNode& child = node.children[0];
  State first = next;
  if (node.most < 0) {
    first = add({PatternNode::sequence, next, next});
    steps_[first].next = compile(child, first);
  }
  for (int i = node.least; i < node.most; ++i) first = add({PatternNode::sequence, compile(child, first), next});
  for (int i = 0; i < node.least; ++i) first = compile(child, first);
  return first;
}

}  // namespace cornu::detail
