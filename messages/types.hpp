#pragma once

namespace entente {

/// Tells CAF all message types. Call it once in a program, before its first actor system.
void init_message_types();

}  // namespace entente
