#include "actors/transport/address_list.hpp"

#include <stdexcept>
#include <utility>

namespace entente {

address_list::address_list(std::vector<endpoint> where) : where_(std::move(where)) {
  if (where_.empty())
    throw std::invalid_argument{"a list of addresses needs one at least"};
}

bool address_list::failed(const std::string& why) {
  if (failures_ == 0)
    problems_.clear();
  problems_ += (problems_.empty() ? "" : ", nor at ") + to_string(current()) + ": " + why;
  next_ = (next_ + 1) % where_.size();
  failures_ = (failures_ + 1) % where_.size();
  return failures_ == 0;
}

void address_list::reached() {
  failures_ = 0;
  problems_.clear();
}

}  // namespace entente
