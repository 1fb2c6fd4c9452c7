#include "messages/types.hpp"

#include <caf/init_global_meta_objects.hpp>

#include "messages/protocol.hpp"

namespace entente {

void init_message_types() {
  caf::init_global_meta_objects<caf::id_block::entente>();
  caf::init_global_meta_objects<caf::id_block::entente_local>();
}

}  // namespace entente
