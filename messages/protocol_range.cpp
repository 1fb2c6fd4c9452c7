#include "messages/protocol_range.hpp"

namespace entente {

namespace {

std::string to_string(const protocol_range& x) {
  auto newest = std::to_string(x.newest);
  return x.oldest == x.newest ? newest : std::to_string(x.oldest) + " to " + newest;
}

}  // namespace

std::optional<std::string> protocol_mismatch(const protocol_range& mine,
                                             const protocol_range& theirs) {
  if (mine.oldest <= theirs.newest && theirs.oldest <= mine.newest)
    return std::nullopt;
  auto older = theirs.newest < mine.oldest ? "it" : "this side";
  return "it speaks version " + to_string(theirs) + " of the protocol, this side " +
         to_string(mine) + "; upgrade " + older;
}

}  // namespace entente
