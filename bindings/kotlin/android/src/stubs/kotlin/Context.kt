package android.content

/** As much of Android as the presenter names; on a device the real classes take this place. */
open class Context
