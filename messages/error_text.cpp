#include "messages/error_text.hpp"

#include <caf/message_handler.hpp>
#include <caf/sec.hpp>

namespace entente {

std::string error_text(const caf::error& err) {
  if (err == caf::sec::cannot_connect_to_node)
    return "nothing listens there";
  if (err == caf::sec::request_timeout)
    return "no answer";
  std::string text;
  caf::message_handler take_text{[&text](std::string& x) { text = std::move(x); }};
  auto context = err.context();
  take_text(context);
  return text.empty() ? caf::to_string(err) : text;
}

}  // namespace entente
